using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Runnel.Backtesting;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;
using Runnel.MarketData;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel data gaps</c>, <c>verify</c> and <c>repair</c>.</summary>
internal static class DataCheckVerbs
{
    private const int MostOutliers = 20;

    public static Command CreateGaps(CommonOptions common)
    {
        Option<bool> json = CommonOptions.Json();
        Command command = new("gaps", "List the holes of a series: outages of the exchange, and what was never fetched.") { json };
        DataFlags flags = new DataFlags().AddSeriesTo(command).AddRangeTo(command);
        command.SetAction(parsed => DataSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            if (flags.IsFunding(parsed))
                throw new MarketDataException("Funding has no fixed distance, so no holes are told; a backtest warns of pauses longer than a day. What is covered: runnel data info SYMBOL funding.");
            KlineSeries series = flags.Series(parsed);
            await session.FindAsync(series, cancellationToken);
            IReadOnlyList<KlineGap> gaps = await session.Store.FindGapsAsync(series, flags.Range(parsed), cancellationToken);
            if (parsed.GetValue(json))
                JsonViews.Print(new JsonArray([.. gaps.Select(Json)]));
            else if (gaps.Count == 0)
                Console.Out.WriteLine("No gaps.");
            else
                TextOutput.Table(["from", "to", "bars", "why"], [.. gaps.Select(g => new[] { Minute(g.Range.From), Minute(g.Range.To), $"{g.Bars}", Why(g) })]);
            return ExitCodes.Success;
        }));
        return command;
    }

    public static Command CreateVerify(CommonOptions common)
    {
        Option<string?> symbol = new("--symbol") { Description = "Only this symbol. Default: all.", HelpName = "NAME" };
        Command command = new("verify", "Read every file against its checksum and check the bars; flag outliers. Exit code 1 where a file is damaged.") { symbol };
        command.SetAction(parsed => DataSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            int damaged = 0, checkedSeries = 0;
            foreach (StoredSeries stored in (await session.Store.ListAsync(cancellationToken)).Where(s => IsWanted(s.Series.Symbol)))
            {
                IReadOnlyList<DamagedFile> files = await session.Store.VerifyAsync(stored.Series, cancellationToken);
                Print(stored.Series.ToString(), $"{stored.Bars} bars in {stored.Files} files", files, stored.Series.Interval.Name, stored.Series.Symbol,
                    $"{DataViews.Word(stored.Series.Category)}{(stored.Series.Price == BybitPrice.Traded ? "" : $" --price {DataViews.Word(stored.Series.Price)}")}");
                if (files.Count == 0)
                    await PrintOutliersAsync(session, stored, cancellationToken);
            }

            foreach (StoredFunding stored in (await session.Funding.ListAsync(cancellationToken)).Where(s => IsWanted(s.Series.Symbol)))
            {
                IReadOnlyList<DamagedFile> files = await session.Funding.VerifyAsync(stored.Series, cancellationToken);
                Print(stored.Series.ToString(), $"{stored.Payments} payments in {stored.Files} files", files, DataWord.FundingWord, stored.Series.Symbol, DataViews.Word(stored.Series.Category));
            }

            if (checkedSeries == 0)
                Console.Out.WriteLine("Nothing to verify.");
            return damaged == 0 ? ExitCodes.Success : ExitCodes.Failure;

            bool IsWanted(string name) => parsed.GetValue(symbol) is not { } only || only.Equals(name, StringComparison.OrdinalIgnoreCase);

            void Print(string series, string rows, IReadOnlyList<DamagedFile> files, string word, string name, string category)
            {
                checkedSeries++;
                damaged += files.Count;
                foreach (DamagedFile file in files)
                    Console.Error.WriteLine($"error: {file.Path}: {file.Problem}");
                Console.Out.WriteLine($"{series}: {rows}, {(files.Count == 0 ? "in order" : $"{files.Count} damaged; type: runnel data repair {name} {word} --category {category}")}");
            }
        }));
        return command;
    }

    public static Command CreateRepair(CommonOptions common)
    {
        Command command = new("repair", "Delete damaged files and fetch them again; ask the exchange once more about every hole.");
        DataFlags flags = new DataFlags().AddSeriesTo(command);
        command.SetAction(parsed => DataSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            using BybitClient bybit = new(session.Options.Bybit);
            KlineRepairResult result = flags.IsFunding(parsed)
                ? await new FundingRepair(session.Funding, new FundingFetcher(bybit, session.Funding)).RepairAsync(flags.Funding(parsed), Tell, cancellationToken)
                : await new KlineRepair(session.Store, new KlineFetcher(bybit, session.Store)).RepairAsync(flags.Series(parsed), Tell, cancellationToken);
            TextOutput.Fields(
            [
                ("damaged files", $"{result.DamagedFiles}"),
                ("gaps asked about", $"{result.GapsAsked}"),
                ("rows stored", $"{result.RowsStored}"),
                ("bars missing still", $"{result.MissingBars}"),
            ]);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static void Tell(string text) => Console.Error.WriteLine("  " + text);

    private static async Task PrintOutliersAsync(DataSession session, StoredSeries stored, CancellationToken cancellationToken)
    {
        if (await session.Store.ReadAsync(stored.Series, new TimeRange(0, long.MaxValue), cancellationToken) is not { } klines)
            return;
        IReadOnlyList<KlineOutlier> outliers = KlineChecks.FindOutliers(klines);
        foreach (KlineOutlier outlier in outliers.OrderByDescending(o => o.TimesTypical).Take(MostOutliers))
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  outlier {DataViews.Minute(outlier.OpenTime)} UTC: {outlier.TimesTypical:0} times the typical range"));
        if (outliers.Count > MostOutliers)
            Console.Out.WriteLine($"  and {outliers.Count - MostOutliers} more outliers");
    }

    private static JsonNode? Json(KlineGap gap)
    {
        JsonNode node = DataViews.Json(gap.Range);
        node["bars"] = gap.Bars;
        node["confirmed"] = gap.IsConfirmed;
        return node;
    }

    private static string Why(KlineGap gap) => gap.IsConfirmed ? "the source has none" : "not fetched";

    private static string Minute(long time) => DataViews.Minute(DateTimeOffset.FromUnixTimeMilliseconds(time));
}
