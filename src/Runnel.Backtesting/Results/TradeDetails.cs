namespace Runnel.Backtesting;

internal static class TradeDetails
{
    public static DetailedStatistics Add(DetailedStatistics statistics, Klines klines, BacktestResult result, double[] equity)
    {
        IReadOnlyList<Trade> trades = result.Trades;
        double traded = trades.Sum(t => t.Size * (t.EntryPrice + t.ExitPrice)) + result.OpenTrades.Sum(t => t.Size * t.EntryPrice);
        double years = statistics.Duration.TotalDays / 365.25;
        double mean = equity.Average();
        statistics = statistics with { TurnoverPerYear = years > 0 && mean > 0 ? traded / mean / years : null };
        if (trades.Count == 0)
            return statistics;
        double[] returns = [.. trades.Select(t => t.PnlPercent / 100)];
        double lost = -returns.Where(r => r < 0).Sum();
        long[] held = [.. trades.Select(t => t.ExitTime - t.EntryTime)];
        TradeExcursion[] excursions = [.. trades.Select(t => TradeExcursion.Of(t, klines))];
        return statistics with
        {
            LongTrades = trades.Count(t => t.Side == TradeSide.Long),
            ShortTrades = trades.Count(t => t.Side == TradeSide.Short),
            LongWinRatePercent = WinRate(trades, TradeSide.Long),
            ShortWinRatePercent = WinRate(trades, TradeSide.Short),
            PayoffRatio = result.Statistics.AverageWin / -result.Statistics.AverageLoss,
            GeometricAverageTradePercent = (returns.Any(r => r <= -1) ? 0 : Math.Exp(returns.Average(r => Math.Log(1 + r))) - 1) * 100,
            ReturnProfitFactor = lost > 0 ? returns.Where(r => r > 0).Sum() / lost : null,
            MaxTradeDuration = TimeSpan.FromMilliseconds(held.Max()),
            AverageTradeDuration = TimeSpan.FromMilliseconds(held.Average()),
            AverageAdverseExcursionPercent = excursions.Average(e => e.AdversePercent),
            AverageFavorableExcursionPercent = excursions.Average(e => e.FavorablePercent),
        };
    }

    private static double? WinRate(IReadOnlyList<Trade> trades, TradeSide side)
    {
        int count = trades.Count(t => t.Side == side);
        return count == 0 ? null : 100.0 * trades.Count(t => t.Side == side && t.Pnl > 0) / count;
    }
}
