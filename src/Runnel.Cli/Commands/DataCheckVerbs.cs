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
            foreach (StoredSeries stored in await session.Store.ListAsync(cancellationToken))
            {
                if (parsed.GetValue(symbol) is { } only && !only.Equals(stored.Series.Symbol, StringComparison.OrdinalIgnoreCase))
                    continue;
                checkedSeries++;
                IReadOnlyList<DamagedFile> files = await session.Store.VerifyAsync(stored.Series, cancellationToken);
                damaged += files.Count;
                foreach (DamagedFile file in files)
                    Console.Error.WriteLine($"error: {file.Path}: {file.Problem}");
                Console.Out.WriteLine($"{stored.Series}: {stored.Bars} bars in {stored.Files} files, {(files.Count == 0 ? "in order" : $"{files.Count} damaged; type: runnel data repair {stored.Series.Symbol} {stored.Series.Interval} --category {DataViews.Word(stored.Series.Category)}")}");
                if (files.Count == 0)
                    await PrintOutliersAsync(session, stored, cancellationToken);
            }

            if (checkedSeries == 0)
                Console.Out.WriteLine("Nothing to verify.");
            return damaged == 0 ? ExitCodes.Success : ExitCodes.Failure;
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
            KlineRepair repair = new(session.Store, new KlineFetcher(bybit, session.Store));
            KlineRepairResult result = await repair.RepairAsync(flags.Series(parsed), text => Console.Error.WriteLine("  " + text), cancellationToken);
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
