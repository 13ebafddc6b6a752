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
        (double Adverse, double Favorable)[] excursions = [.. trades.Select(t => Excursions(t, klines))];
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
            AverageAdverseExcursionPercent = excursions.Average(e => e.Adverse),
            AverageFavorableExcursionPercent = excursions.Average(e => e.Favorable),
        };
    }

    private static double? WinRate(IReadOnlyList<Trade> trades, TradeSide side)
    {
        int count = trades.Count(t => t.Side == side);
        return count == 0 ? null : 100.0 * trades.Count(t => t.Side == side && t.Pnl > 0) / count;
    }

    private static (double Adverse, double Favorable) Excursions(Trade trade, Klines klines)
    {
        int count = trade.ExitBar - trade.EntryBar + 1;
        double high = 0, low = double.PositiveInfinity;
        foreach (double price in klines.High.Slice(trade.EntryBar, count))
            high = Math.Max(high, price);
        foreach (double price in klines.Low.Slice(trade.EntryBar, count))
            low = Math.Min(low, price);
        double up = Math.Max(0, (high / trade.EntryPrice - 1) * 100), down = Math.Min(0, (low / trade.EntryPrice - 1) * 100);
        return trade.Side == TradeSide.Long ? (down, up) : (-up, -down);
    }
}
