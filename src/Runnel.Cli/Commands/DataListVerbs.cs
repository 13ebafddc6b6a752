using System.CommandLine;
using System.Text.Json.Nodes;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;
using Runnel.MarketData;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel data list</c> and <c>info</c>: the catalogue.</summary>
internal static class DataListVerbs
{
    public static Command CreateList(CommonOptions common)
    {
        Option<bool> json = CommonOptions.Json();
        Command command = new("list", "List the series in the store: range, bars, holes, bytes.") { json };
        command.SetAction(parsed => DataSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            IReadOnlyList<StoredSeries> all = await session.Store.ListAsync(cancellationToken);
            if (parsed.GetValue(json))
                JsonViews.Print(new JsonArray([.. all.Select(DataViews.Json)]));
            else if (all.Count == 0)
                Console.Out.WriteLine($"The store {session.Store.Folder} is empty. Fill it: runnel data fetch BTCUSDT 1h --from 2024-01-01");
            else
                TextOutput.Table(["symbol", "interval", "category", "bars", "first", "last", "missing", "bytes", "from", "damaged"], [.. all.Select(Row)]);
            return ExitCodes.Success;
        }));
        return command;
    }

    public static Command CreateInfo(CommonOptions common)
    {
        Option<bool> json = CommonOptions.Json();
        Command command = new("info", "Show one series: range, holes, what is covered, checksum.") { json };
        DataFlags flags = new DataFlags().AddSeriesTo(command);
        command.SetAction(parsed => DataSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            StoredSeries stored = await session.FindAsync(flags.Series(parsed), cancellationToken);
            if (parsed.GetValue(json))
                JsonViews.Print(DataViews.Json(stored));
            else
                TextOutput.Fields(DataViews.Fields(stored));
            return ExitCodes.Success;
        }));
        return command;
    }

    private static string[] Row(StoredSeries stored) =>
    [
        stored.Series.Symbol, stored.Series.Interval.Name, DataViews.Word(stored.Series.Category), $"{stored.Bars}",
        stored.First is { } first ? DataViews.Minute(first) : "", stored.Last is { } last ? DataViews.Minute(last) : "",
        $"{stored.MissingBars}", $"{stored.Bytes}", string.Join(", ", stored.Origins), stored.Damaged.Count == 0 ? "" : $"{stored.Damaged.Count} files",
    ];
}
