namespace Runnel.Backtesting;

internal static class TradeStatistics
{
    public static BacktestStatistics Add(BacktestStatistics statistics, ReadOnlySpan<Trade> trades, int bars)
    {
        int count = trades.Length, wins = 0, losses = 0, winStreak = 0, lossStreak = 0, longestWin = 0, longestLoss = 0;
        long held = 0;
        double fees = 0, profit = 0, loss = 0, net = 0, percents = 0, best = double.NegativeInfinity, worst = double.PositiveInfinity;
        foreach (ref readonly Trade trade in trades)
        {
            double pnl = trade.Pnl, percent = trade.PnlPercent;
            fees += trade.Fees;
            net += pnl;
            percents += percent;
            (best, worst) = (Math.Max(best, percent), Math.Min(worst, percent));
            held += trade.ExitBar - trade.EntryBar;
            winStreak = pnl > 0 ? winStreak + 1 : 0;
            lossStreak = pnl < 0 ? lossStreak + 1 : 0;
            (longestWin, longestLoss) = (Math.Max(longestWin, winStreak), Math.Max(longestLoss, lossStreak));
            if (pnl > 0)
            {
                wins++;
                profit += pnl;
            }
            else if (pnl < 0)
            {
                losses++;
                loss += pnl;
            }
        }

        if (count == 0)
            return statistics;
        double? averageWin = wins > 0 ? profit / wins : null, averageLoss = losses > 0 ? loss / losses : null;
        double share = (double)wins / count;
        return statistics with
        {
            Trades = count,
            ExposurePercent = 100.0 * BarsCovered(trades) / bars,
            CommissionPaid = fees,
            WinRatePercent = 100.0 * wins / count,
            GrossProfit = profit,
            GrossLoss = loss,
            ProfitFactor = losses > 0 ? profit / -loss : null,
            NetProfitClosed = net,
            Expectancy = net / count,
            AverageWin = averageWin,
            AverageLoss = averageLoss,
            BestTradePercent = best,
            WorstTradePercent = worst,
            AverageTradePercent = percents / count,
            Sqn = Sqn(trades, net / count),
            Kelly = share - (1 - share) / (averageWin / -averageLoss),
            AverageTradeBars = (double)held / count,
            MaxConsecutiveWins = longestWin,
            MaxConsecutiveLosses = longestLoss,
        };
    }

    private static double? Sqn(ReadOnlySpan<Trade> trades, double mean)
    {
        double squares = 0;
        foreach (ref readonly Trade trade in trades)
            squares += (trade.Pnl - mean) * (trade.Pnl - mean);
        double deviation = Math.Sqrt(squares / (trades.Length - 1)); // NaN for a single trade
        return deviation > 0 ? Math.Sqrt(trades.Length) * mean / deviation : null;
    }

    // Trades come in closing order. Looked at from the last to the first, a trade adds the bars before the earliest entry so far.
    private static long BarsCovered(ReadOnlySpan<Trade> trades)
    {
        long covered = 0;
        int earliest = int.MaxValue;
        for (int i = trades.Length - 1; i >= 0; i--)
        {
            int last = Math.Min(trades[i].ExitBar, earliest - 1);
            if (last >= trades[i].EntryBar)
                covered += last - trades[i].EntryBar + 1;
            earliest = Math.Min(earliest, trades[i].EntryBar);
        }

        return covered;
    }
}
