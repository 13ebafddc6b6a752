using System.Globalization;
using Runnel.Backtesting;
using Runnel.Cli.Demo;
using Runnel.Reports;
using Runnel.Trading;

namespace Runnel.Cli.Output;

/// <summary>A backtest for people.</summary>
internal static class BacktestView
{
    private const int SparklineWidth = 60;

    public static BacktestReport Report(CompletedBacktest completed) => new()
    {
        Title = completed.Payload.BacktestId,
        Strategy = $"{completed.Payload.StrategyConfig.Name}({string.Join(", ", completed.Payload.StrategyConfig.Params.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key} {p.Value}")))})",
        Interval = completed.Payload.Interval,
        Source = completed.Data.Source,
        IsSynthetic = completed.Data.IsSynthetic,
        Warnings = completed.Reply.Warnings ?? [],
        Klines = completed.Data.Klines,
        Settings = completed.Settings,
        Result = completed.Result,
    };

    public static void Print(BacktestReport report, bool withTrades)
    {
        TextOutput.Fields(
        [
            ("strategy", report.Strategy),
            ("market", string.Create(CultureInfo.InvariantCulture, $"{report.Klines.Symbol} {report.Interval}, {report.Klines.Count:N0} bars, {Time(report.Klines.OpenTimes[0])} to {Time(report.Klines.OpenTimes[^1])} UTC")),
            ("klines", report.Source + (report.IsSynthetic ? " (invented)" : "")),
            ("equity", Equity(report.Result.Equity)),
        ]);
        foreach (IGrouping<string, Statistic> group in StatisticCatalogue.All.GroupBy(s => s.Group))
        {
            Console.Out.WriteLine();
            TextOutput.Table([group.Key.ToLowerInvariant(), ""], [.. group.Select(s => new[] { s.Label, s.Format(s.Of(report.Result.Statistics, report.Detailed)) })]);
        }

        if (withTrades)
            PrintTrades(report);
        foreach (string warning in report.Warnings)
            Console.Out.WriteLine($"note: {warning}");
    }

    private static void PrintTrades(BacktestReport report)
    {
        Console.Out.WriteLine();
        TextOutput.Table(["#", "side", "entry", "exit", "size", "entry price", "exit price", "reason", "fees", "profit", "profit %"],
        [
            .. report.Result.Trades.Select((t, i) => new[]
            {
                $"{i + 1}", t.Side.ToString().ToLowerInvariant(), Time(t.EntryTime), Time(t.ExitTime), Number(t.Size), Number(t.EntryPrice), Number(t.ExitPrice),
                t.Reason.ToString(), Cash(t.Fees), Cash(t.Pnl), Cash(t.PnlPercent),
            }),
        ]);
        Console.Out.WriteLine();
    }

    private static string Equity(IReadOnlyList<double> equity) => $"{Sparkline.Of(equity, SparklineWidth)}  {Cash(equity.Min())} to {Cash(equity.Max())}";

    private static string Time(long time) => DateTimeOffset.FromUnixTimeMilliseconds(time).UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Cash(double value) => value.ToString("N2", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.########", CultureInfo.InvariantCulture);
}
