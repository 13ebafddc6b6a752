using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Oracles.Checks;

/// <summary>The names of statistics in case files.</summary>
internal static class StatisticNames
{
    private static readonly Dictionary<string, Func<BacktestStatistics, double?>> Figures = new()
    {
        ["initial_equity"] = s => s.InitialEquity,
        ["final_equity"] = s => s.FinalEquity,
        ["total_return_pct"] = s => s.TotalReturnPercent,
        ["buy_hold_return_pct"] = s => s.BuyHoldReturnPercent,
        ["max_drawdown_pct"] = s => s.MaxDrawdownPercent,
        ["cagr_pct"] = s => s.CagrPercent,
        ["daily_return_mean"] = s => s.DailyReturnMean,
        ["daily_return_std"] = s => s.DailyReturnStandardDeviation,
        ["volatility_ann_pct"] = s => s.AnnualVolatilityPercent,
        ["sharpe"] = s => s.Sharpe,
        ["sortino"] = s => s.Sortino,
        ["calmar"] = s => s.Calmar,
        ["exposure_pct"] = s => s.ExposurePercent,
        ["commission_paid_closed_trades"] = s => s.CommissionPaid,
        ["funding_paid"] = s => s.FundingPaid,
        ["win_rate_pct"] = s => s.WinRatePercent,
        ["gross_profit"] = s => s.GrossProfit,
        ["gross_loss"] = s => s.GrossLoss,
        ["profit_factor"] = s => s.ProfitFactor,
        ["net_profit_closed"] = s => s.NetProfitClosed,
        ["expectancy"] = s => s.Expectancy,
        ["avg_win"] = s => s.AverageWin,
        ["avg_loss"] = s => s.AverageLoss,
        ["best_trade_pct"] = s => s.BestTradePercent,
        ["worst_trade_pct"] = s => s.WorstTradePercent,
        ["avg_trade_pct"] = s => s.AverageTradePercent,
        ["sqn"] = s => s.Sqn,
        ["kelly"] = s => s.Kelly,
        ["avg_trade_bars"] = s => s.AverageTradeBars,
    };

    private static readonly Dictionary<string, Func<BacktestStatistics, int>> Counts = new()
    {
        ["max_drawdown_bar"] = s => s.MaxDrawdownBar,
        ["max_drawdown_peak_bar"] = s => s.MaxDrawdownPeakBar,
        ["daily_return_count"] = s => s.DailyReturnCount,
        ["trades"] = s => s.Trades,
        ["open_trades"] = s => s.OpenTrades,
        ["max_consecutive_wins"] = s => s.MaxConsecutiveWins,
        ["max_consecutive_losses"] = s => s.MaxConsecutiveLosses,
    };

    public static void Compare(string name, JsonElement expected, BacktestStatistics actual, Comparison comparison, string where = "")
    {
        if (Counts.TryGetValue(name, out Func<BacktestStatistics, int>? count))
            comparison.Same(where + name, expected.GetInt32(), count(actual));
        else if (Figures.TryGetValue(name, out Func<BacktestStatistics, double?>? figure))
            comparison.Near(where + name, expected, figure(actual));
        else
            comparison.Fail($"the statistic '{name}' is not known here");
    }
}
