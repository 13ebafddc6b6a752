using System.Globalization;
using Runnel.Backtesting;
using Runnel.Cli.Output;
using Runnel.Trading;

namespace Runnel.Cli.Demo;

/// <summary>A backtest's reply for people: the figures that matter first, and the equity as a line.</summary>
internal static class DemoReport
{
    private const int SparklineWidth = 60;

    public static void Print(BacktestReply reply)
    {
        BacktestStatistics statistics = reply.Statistics!;
        TextOutput.Table(["statistic", "value"], [.. Rows(reply, statistics).Select(row => new[] { row.Name, row.Value })]);
        if (reply.Equity is { Count: > 0 } equity)
            Console.Out.WriteLine($"equity  {Sparkline.Of(equity, SparklineWidth)}  {Money(equity.Min())} to {Money(equity.Max())}");
        foreach (string warning in reply.Warnings ?? [])
            Console.Out.WriteLine($"note: {warning}");
    }

    private static IEnumerable<(string Name, string Value)> Rows(BacktestReply reply, BacktestStatistics statistics) =>
    [
        ("strategy", $"{reply.Strategy!.Name} ({string.Join(", ", reply.Strategy.Params.Select(p => $"{p.Key} {Number(p.Value)}"))})"),
        ("market", $"{reply.Symbol} {reply.Interval}, {reply.Data!.Bars.ToString("N0", CultureInfo.InvariantCulture)} bars from {reply.Data.Source}"),
        ("range", $"{Words.Of(reply.Data.FirstBar)[..16]} to {Words.Of(reply.Data.LastBar)[..16]} UTC"),
        ("initial capital", Money(statistics.InitialEquity)),
        ("final equity", Money(statistics.FinalEquity)),
        ("total return", Percent(statistics.TotalReturnPercent)),
        ("buy and hold", Percent(statistics.BuyHoldReturnPercent)),
        ("growth per year", Percent(statistics.CagrPercent)),
        ("largest drawdown", Percent(statistics.MaxDrawdownPercent)),
        ("Sharpe ratio", Number(statistics.Sharpe)),
        ("Sortino ratio", Number(statistics.Sortino)),
        ("trades", statistics.Trades.ToString("N0", CultureInfo.InvariantCulture)),
        ("win rate", Percent(statistics.WinRatePercent)),
        ("profit factor", Number(statistics.ProfitFactor)),
        ("average trade", Percent(statistics.AverageTradePercent)),
        ("exposure", Percent(statistics.ExposurePercent)),
        ("commission paid", Money(statistics.CommissionPaid)),
    ];

    private static string Money(double value) => value.ToString("N2", CultureInfo.InvariantCulture);

    private static string Percent(double? value) => value is { } known ? known.ToString("0.00", CultureInfo.InvariantCulture) + "%" : "none";

    private static string Number(double? value) => value is { } known ? known.ToString("0.###", CultureInfo.InvariantCulture) : "none";
}
