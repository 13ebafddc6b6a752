using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Runnel.Autoscaling;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel autoscale history</c>: what was decided lately, and why.</summary>
internal static class HistoryVerb
{
    public static Command Create(CommonOptions common)
    {
        Option<int?> count = new Option<int?>("--count") { Description = "Decisions to show, 1 to 1000. Default: 20.", HelpName = "N" }.Within(1, 1000);
        Option<bool> changes = new("--changes") { Description = "Only those that changed something." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("history", "Show what the queue's autoscaler decided lately and from which figures, newest first.") { count, changes, json };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            int most = parsed.GetValue(count) ?? 20;
            IEnumerable<IReadOnlyDictionary<string, string>> decisions = await DecisionLog.ReadAsync(session.Client, parsed.GetValue(changes) ? 1000 : most, cancellationToken);
            if (parsed.GetValue(changes))
                decisions = decisions.Where(decision => decision["from"] != decision["to"]).Take(most);
            if (parsed.GetValue(json))
                JsonViews.Print(new JsonArray([.. decisions.Select(decision => (JsonNode?)View(decision))]));
            else
                TextOutput.Table(
                    ["at", "workers", "reason", "why"],
                    [.. decisions.Select(decision => new[]
                    {
                        Words.Of(At(decision)), decision["from"] == decision["to"] ? decision["to"] : $"{decision["from"]} to {decision["to"]}", decision["reason"], decision["why"],
                    })]);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static JsonObject View(IReadOnlyDictionary<string, string> decision)
    {
        JsonObject view = new() { ["at"] = Words.Iso(At(decision)) };
        foreach ((string name, string value) in decision)
        {
            if (name != "at_ms")
                view[name] = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : value.Length > 0 ? value : null;
        }

        return view;
    }

    private static DateTimeOffset At(IReadOnlyDictionary<string, string> decision) =>
        DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(decision["at_ms"], CultureInfo.InvariantCulture));
}
