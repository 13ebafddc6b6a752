using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Reports;

/// <summary>A table of an export: named columns of equal length, each an array of <see cref="long"/>, <see cref="int"/>,
/// <see cref="double"/> or <see cref="string"/>.</summary>
internal sealed record ReportTable(IReadOnlyList<(string Name, Array Values)> Columns)
{
    public int Rows => Columns[0].Values.Length;

    /// <summary>One row a closed trade, in closing order.</summary>
    public static ReportTable Trades(BacktestReport report)
    {
        IReadOnlyList<Trade> trades = report.Result.Trades;
        TradeExcursion[] excursions = [.. trades.Select(t => TradeExcursion.Of(t, report.Klines))];
        return new ReportTable(
        [
            .. ColumnsOf(trades),
            ("adverse_percent", excursions.Select(e => e.AdversePercent).ToArray()),
            ("favorable_percent", excursions.Select(e => e.FavorablePercent).ToArray()),
        ]);
    }

    /// <summary>One row a closed trade of any symbol, in closing order; bars are steps.</summary>
    public static ReportTable Trades(PortfolioReport report)
    {
        (string Symbol, Trade Trade)[] trades = [.. report.Trades];
        return new ReportTable([("symbol", trades.Select(t => t.Symbol).ToArray()), .. ColumnsOf([.. trades.Select(t => t.Trade)])]);
    }

    private static (string Name, Array Values)[] ColumnsOf(IReadOnlyList<Trade> trades)
    {
        T[] Column<T>(Func<Trade, T> read) => [.. trades.Select(read)];
        return
        [
            ("entry_time_ms", Column(t => t.EntryTime)),
            ("exit_time_ms", Column(t => t.ExitTime)),
            ("entry_bar", Column(t => t.EntryBar)),
            ("exit_bar", Column(t => t.ExitBar)),
            ("side", Column(t => Word(t.Side))),
            ("size", Column(t => t.Size)),
            ("entry_price", Column(t => t.EntryPrice)),
            ("exit_price", Column(t => t.ExitPrice)),
            ("reason", Column(t => Word(t.Reason))),
            ("fees", Column(t => t.Fees)),
            ("pnl", Column(t => t.Pnl)),
            ("pnl_percent", Column(t => t.PnlPercent)),
        ];
    }

    /// <summary>One row a bar: equity at its close, and how far that is below the highest so far.</summary>
    public static ReportTable Equity(BacktestReport report) => Equity(report.Klines.OpenTimes.ToArray(), report.Result.Equity);

    /// <summary>One row a step: equity at its close, and how far that is below the highest so far.</summary>
    public static ReportTable Equity(PortfolioReport report) => Equity([.. report.Result.Times], report.Result.Equity);

    private static ReportTable Equity(long[] times, IReadOnlyList<double> equity) =>
        new([("time_ms", times), ("equity", equity.ToArray()), ("drawdown_percent", Drawdowns(equity))]);

    /// <summary>Drawdown of each bar in percent, 0 or above.</summary>
    public static double[] Drawdowns(IReadOnlyList<double> equity)
    {
        double[] drawdowns = new double[equity.Count];
        double peak = 0;
        for (int i = 0; i < drawdowns.Length; i++)
        {
            peak = Math.Max(peak, equity[i]);
            drawdowns[i] = (1 - equity[i] / peak) * 100;
        }

        return drawdowns;
    }

    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
