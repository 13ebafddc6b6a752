namespace Runnel.Backtesting;

internal static class DailyDetails
{
    public static DetailedStatistics Add(DetailedStatistics statistics, Klines klines, BacktestSettings settings, BacktestStatistics plain, double[] equity)
    {
        double[] returns = DailyReturns.Of(DailyReturns.AtDayEnds(equity, klines.DayEnds));
        double[] market = DailyReturns.Of(DailyReturns.AtDayEnds(klines.Close, klines.DayEnds));
        if (returns.Length < 2)
            return statistics;
        double days = settings.AnnualizationDays, mean = returns.Average();
        double variance = returns.Sum(r => (r - mean) * (r - mean)) / (returns.Length - 1);
        double growth = 1 + GeometricMean(returns);
        double annual = Math.Pow(growth, days) - 1;
        double volatility = Math.Sqrt(Math.Pow(variance + growth * growth, days) - Math.Pow(growth, 2 * days));
        double downside = Math.Sqrt(returns.Average(r => Math.Min(r, 0) * Math.Min(r, 0))) * Math.Sqrt(days);
        double[] sorted = [.. returns.Order()];
        double low = Quantile(sorted, 0.05), high = Quantile(sorted, 0.95);
        double losses = -returns.Where(r => r < 0).Sum();
        (double skewness, double kurtosis) = Overfitting.Shape(returns);
        double[] excess = [.. returns.Zip(market, (ours, theirs) => ours - theirs)];
        double excessMean = excess.Average(), excessDeviation = Math.Sqrt(excess.Sum(e => (e - excessMean) * (e - excessMean)) / (excess.Length - 1));
        return statistics with
        {
            GeometricAnnualReturnPercent = Finite(annual * 100),
            CompoundedVolatilityPercent = Finite(volatility * 100),
            GeometricSharpe = Ratio(annual, volatility),
            GeometricSortino = Ratio(annual, downside),
            GeometricCalmar = Ratio(annual, plain.MaxDrawdownPercent / 100),
            Omega = Ratio(returns.Where(r => r > 0).Sum(), losses),
            DailySkewness = Finite(skewness),
            DailyKurtosis = Finite(kurtosis),
            DailyValueAtRiskPercent = low * 100,
            DailyExpectedShortfallPercent = sorted.TakeWhile(r => r <= low).Average() * 100,
            TailRatio = Ratio(high, -low),
            PositiveDaysPercent = 100.0 * returns.Count(r => r > 0) / returns.Length,
            InformationRatio = Ratio(excessMean * Math.Sqrt(days), excessDeviation),
            Treynor = statistics.Beta is { } beta and not 0 ? mean * days / beta : null,
            ProbabilisticSharpe = variance > 0 ? Finite(Overfitting.ProbabilisticSharpe(returns, 0)) : null,
        };
    }

    private static double GeometricMean(double[] returns) =>
        returns.Any(r => r <= -1) ? 0 : Math.Exp(returns.Sum(r => Math.Log(1 + r)) / returns.Length) - 1;

    private static double Quantile(double[] sorted, double share)
    {
        double at = share * (sorted.Length - 1);
        int below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }

    private static double? Ratio(double part, double whole) => whole > 0 ? Finite(part / whole) : null;

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
