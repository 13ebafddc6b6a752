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
        Command command = new("list", "List the series in the store: range, bars or payments, holes, bytes.") { json };
        command.SetAction(parsed => DataSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            IReadOnlyList<StoredSeries> all = await session.Store.ListAsync(cancellationToken);
            IReadOnlyList<StoredFunding> funding = await session.Funding.ListAsync(cancellationToken);
            if (parsed.GetValue(json))
                JsonViews.Print(new JsonArray([.. all.Select(DataViews.Json), .. funding.Select(DataViews.Json)]));
            else if (all.Count + funding.Count == 0)
                Console.Out.WriteLine($"The store {session.Store.Folder} is empty. Fill it: runnel data fetch BTCUSDT 1h --from 2024-01-01");
            else
                TextOutput.Table(["symbol", "interval", "category", "rows", "first", "last", "missing", "bytes", "from", "damaged"], [.. all.Select(Row), .. funding.Select(Row)]);
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
            if (flags.IsFunding(parsed))
            {
                StoredFunding funding = await session.FindAsync(flags.Funding(parsed), cancellationToken);
                Show(DataViews.Json(funding), DataViews.Fields(funding));
            }
            else
            {
                StoredSeries stored = await session.FindAsync(flags.Series(parsed), cancellationToken);
                Show(DataViews.Json(stored), DataViews.Fields(stored));
            }

            return ExitCodes.Success;

            void Show(JsonNode node, IEnumerable<(string Name, string? Value)> fields)
            {
                if (parsed.GetValue(json))
                    JsonViews.Print(node);
                else
                    TextOutput.Fields([.. fields]);
            }
        }));
        return command;
    }

    private static string[] Row(StoredSeries stored) =>
    [
        stored.Series.Symbol, stored.Series.Price == BybitPrice.Traded ? stored.Series.Interval.Name : $"{stored.Series.Interval.Name} {DataViews.Word(stored.Series.Price)}", DataViews.Word(stored.Series.Category), $"{stored.Bars}",
        stored.First is { } first ? DataViews.Minute(first) : "", stored.Last is { } last ? DataViews.Minute(last) : "",
        $"{stored.MissingBars}", $"{stored.Bytes}", string.Join(", ", stored.Origins), stored.Damaged.Count == 0 ? "" : $"{stored.Damaged.Count} files",
    ];

    private static string[] Row(StoredFunding stored) =>
    [
        stored.Series.Symbol, DataWord.FundingWord, DataViews.Word(stored.Series.Category), $"{stored.Payments}",
        stored.First is { } first ? DataViews.Minute(first) : "", stored.Last is { } last ? DataViews.Minute(last) : "",
        "", $"{stored.Bytes}", string.Join(", ", stored.Origins), stored.Damaged.Count == 0 ? "" : $"{stored.Damaged.Count} files",
    ];
}
