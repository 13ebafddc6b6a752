using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel flow</c>: who may run how much, and when.</summary>
internal static class FlowVerb
{
    private const string None = "none";

    public static Command Create(CommonOptions common) => new("flow", "Show and set limits, rates, shares of groups, and paused task types.")
    {
        CreateShow(common),
        CreateGroup(common),
        CreateType(common),
        CreateRate(common),
        CreatePause(common),
        CreateResume(common),
    };

    private static Command CreateShow(CommonOptions common)
    {
        Option<bool> json = CommonOptions.Json();
        Command command = new("show", "Show all rules, and the tasks that they hold.") { json };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            FlowStatus status = await session.Client.Flow.GetAsync(cancellationToken);
            if (parsed.GetValue(json))
                JsonViews.Print(FlowViews.Json(status));
            else
                FlowViews.Print(status);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command CreateGroup(CommonOptions common)
    {
        Argument<string> name = new("GROUP") { Description = "The group's name." };
        Option<double?> weight = new Option<double?>("--weight") { Description = "Its share relative to others, 0.001 to 1000. Default: as it is.", HelpName = "W" }.Within(0.001, 1000);
        Option<Setting?> limit = Limit();
        Option<bool> reset = new("--reset") { Description = "Weight 1 and no limit, as if it had never been set." };
        Command command = new("group", "Set a group's weight and limit.") { name, weight, limit, reset };
        command.Validators.Add(result => Need(result, "--weight, --limit or --reset", weight, limit, reset));
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            string group = parsed.GetRequiredValue(name);
            GroupStatus known = parsed.GetValue(reset) ? new GroupStatus { Group = group } : await session.Client.Flow.GetGroupAsync(group, cancellationToken);
            int? most = parsed.GetValue(limit) is { } given ? (int?)given.Value : known.Limit;
            await session.Client.Flow.SetGroupAsync(group, parsed.GetValue(weight) ?? known.Weight, most, cancellationToken);
            GroupStatus now = await session.Client.Flow.GetGroupAsync(group, cancellationToken);
            Console.Out.WriteLine($"Group {group}: weight {now.Weight.ToString(CultureInfo.InvariantCulture)}, {FlowViews.Limit(now.Limit)}.");
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command CreateType(CommonOptions common)
    {
        Argument<string> name = new("TYPE") { Description = "The task type." };
        Option<Setting?> limit = Limit();
        Option<Setting?> rate = new("--rate")
        {
            Description = "Starts in a time, over all workers, such as 10/1s or 600/1h; none for no limit. Default: as it is.",
            HelpName = "N/SPAN",
            CustomParser = Rate("--rate"),
        };
        Option<int?> burst = Burst();
        Command command = new("type", "Set how many tasks of a type may run at once or start in a time.") { name, limit, rate, burst };
        command.Validators.Add(result => Need(result, "--limit or --rate", limit, rate));
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            string type = parsed.GetRequiredValue(name);
            if (parsed.GetValue(limit) is { } most)
                await session.Client.Flow.SetLimitAsync(type, (int?)most.Value, cancellationToken);
            if (parsed.GetValue(rate) is { } starts)
                await session.Client.Flow.SetTypeRateAsync(type, WithBurst((RateLimit?)starts.Value, parsed.GetValue(burst)), cancellationToken);
            TypeStatus now = (await session.Client.Flow.GetAsync(cancellationToken)).Types.FirstOrDefault(t => t.Type == type) ?? new TypeStatus { Type = type };
            Console.Out.WriteLine($"Type {type}: {FlowViews.Limit(now.Limit)}, {FlowViews.Rate(now.Rate)}.");
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command CreateRate(CommonOptions common)
    {
        Argument<string> key = new("KEY") { Description = "The rate key, as tasks were submitted with it." };
        Argument<Setting?> rate = new("N/SPAN") { Description = "Starts in a time, such as 50/1s; none for no limit.", CustomParser = Rate("N/SPAN") };
        Option<int?> burst = Burst();
        Command command = new("rate", "Set how many tasks with a rate key may start in a time.") { key, rate, burst };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            RateLimit? limit = WithBurst((RateLimit?)parsed.GetRequiredValue(rate)!.Value, parsed.GetValue(burst));
            await session.Client.Flow.SetRateAsync(parsed.GetRequiredValue(key), limit, cancellationToken);
            Console.Out.WriteLine($"Rate {parsed.GetRequiredValue(key)}: {FlowViews.Rate(limit)}.");
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command CreatePause(CommonOptions common)
    {
        Argument<string> type = new("TYPE") { Description = "The task type." };
        Command command = new("pause", "Start no more tasks of a type; running ones go on, and tasks of other types.") { type };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            await session.Client.PauseTypeAsync(parsed.GetRequiredValue(type), cancellationToken);
            Console.Out.WriteLine($"Paused the type {parsed.GetRequiredValue(type)}; go on with: runnel flow resume {parsed.GetRequiredValue(type)}");
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command CreateResume(CommonOptions common)
    {
        Argument<string> type = new("TYPE") { Description = "The task type." };
        Command command = new("resume", "End a type's pause; tasks that were set aside come back.") { type };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            await session.Client.ResumeTypeAsync(parsed.GetRequiredValue(type), cancellationToken);
            Console.Out.WriteLine($"Resumed the type {parsed.GetRequiredValue(type)}.");
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Option<Setting?> Limit() => new("--limit")
    {
        Description = "Most tasks at once, over all workers; 0 holds them back, none lets all go. Default: as it is.",
        HelpName = "N",
        CustomParser = result =>
        {
            string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (text == None)
                return new Setting(null);
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit))
                return new Setting(limit);
            result.AddError($"--limit is '{text}'; give a whole number from 0, or none.");
            return null;
        },
    };

    private static Option<int?> Burst() =>
        new Option<int?>("--burst") { Description = "Tasks that may start at once after a quiet time. Default: 1, evenly spaced.", HelpName = "N" }.Within(1, 1_000_000);

    private static Func<ArgumentResult, Setting?> Rate(string name) => result =>
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (text == None)
            return new Setting(null);
        string[] parts = text.Split('/');
        if (parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 && Parsers.TryDuration(parts[1]) is { } per && per > TimeSpan.Zero)
            return new Setting(new RateLimit(count, per));
        result.AddError($"{name} is '{text}'; give tasks and a span, such as 10/1s, 600/1h or 1/0.5, or none.");
        return null;
    };

    private static RateLimit? WithBurst(RateLimit? rate, int? burst) => rate is null || burst is null ? rate : rate with { Burst = burst.Value };

    private static void Need(CommandResult result, string what, params Option[] options)
    {
        if (options.All(option => result.GetResult(option) is null or { Implicit: true }))
            result.AddError($"Nothing to set; give {what}.");
    }

    /// <summary>What a flag sets that may say none; null where it is not given.</summary>
    private sealed record Setting(object? Value);
}
