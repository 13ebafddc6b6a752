using Runnel.Backtesting;

namespace Runnel.Benchmarks.Backtests;

/// <summary>The SMA crossover, long only, written out as one loop over arrays: what the engine's generality is measured against.</summary>
internal static class HandWritten
{
    public static void Average(ReadOnlySpan<double> source, int period, double[] output)
    {
        double sum = 0;
        for (int i = 0; i < source.Length; i++)
        {
            sum += source[i];
            if (i >= period)
                sum -= source[i - period];
            output[i] = i >= period - 1 ? sum / period : double.NaN;
        }
    }

    /// <summary>Trades, marks equity at each bar and keeps the largest drawdown.</summary>
    /// <returns>Final equity and drawdown.</returns>
    public static (double Equity, double Drawdown) Run(Klines klines, double[] fast, double[] slow, int first, double commission, double[]? equity)
    {
        ReadOnlySpan<double> open = klines.Open, close = klines.Close;
        double cash = 10_000, units = 0, entry = 0, peak = cash, worst = 0, value = cash;
        int order = 0;
        for (int i = 0; i < close.Length; i++)
        {
            if (order > 0)
            {
                entry = open[i];
                units = Math.Floor(0.95 * cash / (entry + entry * commission) / 0.001) * 0.001;
                cash -= commission * units * entry;
            }
            else if (order < 0)
            {
                cash += units * (open[i] - entry) - commission * units * open[i];
                units = 0;
            }

            order = 0;
            value = cash + units * (close[i] - entry);
            if (equity is not null)
                equity[i] = value;
            peak = Math.Max(peak, value);
            worst = Math.Max(worst, 1 - value / peak);
            if (i < first)
                continue;
            if (units == 0 && fast[i - 1] <= slow[i - 1] && fast[i] > slow[i])
                order = 1;
            else if (units > 0 && fast[i - 1] >= slow[i - 1] && fast[i] < slow[i])
                order = -1;
        }

        return (value, worst);
    }
}
