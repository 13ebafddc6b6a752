using System.Buffers;

namespace Runnel.Backtesting;

internal static class StatisticsBuilder
{
    private const double YearMilliseconds = 365.25 * 86_400_000;

    public static BacktestStatistics Of(Klines klines, Account account) => Of(account.Curve, klines.OpenTimes, account.Trades, account.Settings) with
    {
        BuyHoldReturnPercent = (klines.Close[^1] / klines.Close[0] - 1) * 100,
        OpenTrades = account.OpenCount,
        FundingPaid = account.FundingPaid,
        OrdersDropped = account.OrdersDropped,
    };

    /// <summary>What an equity curve and closed trades tell.</summary>
    public static BacktestStatistics Of(EquityCurve curve, ReadOnlySpan<long> times, ReadOnlySpan<Trade> trades, BacktestSettings settings)
    {
        double[] rented = ArrayPool<double>.Shared.Rent(curve.DayValues.Length);
        ReadOnlySpan<double> returns = rented.AsSpan(0, DailyReturns.Of(curve.DayValues, rented));
        BacktestStatistics statistics = Of(
            new EquityExtent(curve.Last, curve.Drawdown, curve.DrawdownBar, curve.DrawdownPeakBar, times.Length, times[^1] - times[0]), returns, trades, settings);
        ArrayPool<double>.Shared.Return(rented);
        return statistics;
    }

    /// <summary>What the extent of an equity curve, its daily returns and closed trades tell.</summary>
    public static BacktestStatistics Of(in EquityExtent equity, ReadOnlySpan<double> returns, ReadOnlySpan<Trade> trades, BacktestSettings settings)
    {
        double initial = settings.Cash, final = equity.Last, drawdown = equity.Drawdown;
        double years = equity.Milliseconds / YearMilliseconds;
        double? cagr = years > 0 ? Finite((Math.Pow(final / initial, 1 / years) - 1) * 100) : null;
        BacktestStatistics statistics = new()
        {
            InitialEquity = initial,
            FinalEquity = final,
            TotalReturnPercent = (final / initial - 1) * 100,
            MaxDrawdownPercent = drawdown * 100,
            MaxDrawdownBar = equity.DrawdownBar,
            MaxDrawdownPeakBar = equity.DrawdownPeakBar,
            CagrPercent = cagr,
            Calmar = drawdown > 0 ? cagr / (drawdown * 100) : null,
        };
        return TradeStatistics.Add(Daily(statistics, returns, settings.AnnualizationDays), trades, equity.Bars);
    }

    private static BacktestStatistics Daily(BacktestStatistics statistics, ReadOnlySpan<double> returns, double days)
    {
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
