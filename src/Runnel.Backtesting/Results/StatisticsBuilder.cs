using System.Buffers;

namespace Runnel.Backtesting;

internal static class StatisticsBuilder
{
    private const double YearMilliseconds = 365.25 * 86_400_000;

    public static BacktestStatistics Of(Klines klines, Account account)
    {
        ReadOnlySpan<double> equity = account.Equity;
        double initial = account.Settings.Cash, final = equity[^1];
        ReadOnlySpan<double> close = klines.Close;
        (double drawdown, int drawdownBar, int peakBar) = Drawdown(equity);
        double years = (klines.OpenTimes[^1] - klines.OpenTimes[0]) / YearMilliseconds;
        double? cagr = years > 0 ? Finite((Math.Pow(final / initial, 1 / years) - 1) * 100) : null;
        BacktestStatistics statistics = new()
        {
            InitialEquity = initial,
            FinalEquity = final,
            TotalReturnPercent = (final / initial - 1) * 100,
            BuyHoldReturnPercent = (close[^1] / close[0] - 1) * 100,
            MaxDrawdownPercent = drawdown * 100,
            MaxDrawdownBar = drawdownBar,
            MaxDrawdownPeakBar = peakBar,
            CagrPercent = cagr,
            Calmar = drawdown > 0 ? cagr / (drawdown * 100) : null,
            OpenTrades = account.OpenCount,
            FundingPaid = account.FundingPaid,
            OrdersDropped = account.OrdersDropped,
        };
        return TradeStatistics.Add(Daily(statistics, klines.DayEnds, equity, account.Settings.AnnualizationDays), account.Trades, klines.Count);
    }

    private static (double Drawdown, int Bar, int PeakBar) Drawdown(ReadOnlySpan<double> equity)
    {
        double peak = equity[0], worst = 0, floor = peak;
        int peakAt = 0, worstAt = 0, worstPeakAt = 0;
        for (int i = 1; i < equity.Length; i++)
        {
            double value = equity[i];
            if (value > peak)
            {
                (peak, peakAt) = (value, i);
                floor = peak * (1 - worst); // saves the division below on almost every bar
            }
            else if (value < floor)
            {
                double drawdown = 1 - value / peak;
                if (drawdown > worst)
                {
                    (worst, worstAt, worstPeakAt) = (drawdown, i, peakAt);
                    floor = value;
                }
            }
        }

        return (worst, worstAt, worstPeakAt);
    }

    private static BacktestStatistics Daily(BacktestStatistics statistics, int[] dayEnds, ReadOnlySpan<double> equity, double days)
    {
        double[] rented = ArrayPool<double>.Shared.Rent(dayEnds.Length);
        ReadOnlySpan<double> returns = rented.AsSpan(0, DailyReturns.Of(equity, dayEnds, rented));
        int count = returns.Length;
        double sum = 0, squares = 0, belowSquares = 0;
        foreach (double value in returns)
        {
            sum += value;
            belowSquares += Math.Min(value, 0) * Math.Min(value, 0);
        }

        double mean = sum / count;
        foreach (double value in returns)
            squares += (value - mean) * (value - mean);
        ArrayPool<double>.Shared.Return(rented);
        if (count == 0)
            return statistics;
        double? deviation = count > 1 ? Math.Sqrt(squares / (count - 1)) : null;
        double downside = Math.Sqrt(belowSquares / count);
        double scale = Math.Sqrt(days);
        return statistics with
        {
            DailyReturnCount = count,
            DailyReturnMean = mean,
            DailyReturnStandardDeviation = deviation,
            AnnualVolatilityPercent = deviation * scale * 100,
            Sharpe = deviation > 0 ? mean / deviation * scale : null,
            Sortino = downside > 0 ? mean / downside * scale : null,
        };
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
