using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>Equity of tests that run one after the other, each with all that the ones before left.</summary>
internal sealed class StitchedEquity
{
    private const long DayMilliseconds = 86_400_000;
    private readonly List<double> values = [];
    private readonly List<double> days = []; // equity at the end of each UTC day that has a bar
    private long day = long.MinValue;
    private readonly double initial;
    private double now;
    private double peak;

    public StitchedEquity(double initial) => this.initial = now = peak = initial;

    public IReadOnlyList<double> Values => values;

    public double ReturnPercent => (now / initial - 1) * 100;

    public double MaxDrawdownPercent { get; private set; }

    /// <summary>Goes on with a test.</summary>
    /// <param name="times">Open times of its bars (Unix ms).</param>
    /// <param name="equity">Its equity at each of them, from the initial cash; null where nothing was traded.</param>
    public void Add(ReadOnlySpan<long> times, double[]? equity)
    {
        double factor = now / initial;
        for (int i = 0; i < times.Length; i++)
        {
            double value = equity is null ? now : equity[i] * factor;
            values.Add(value);
            long today = Math.DivRem(times[i], DayMilliseconds).Quotient;
            if (today == day)
                days[^1] = value;
            else
                days.Add(value);
            day = today;
            peak = Math.Max(peak, value);
            MaxDrawdownPercent = Math.Max(MaxDrawdownPercent, (1 - value / peak) * 100);
        }

        if (values.Count > 0)
            now = values[^1];
    }

    /// <summary>Returns from the end of a day to that of the next, as fractions.</summary>
    public double[] DailyReturns()
    {
        List<double> returns = [];
        for (int i = 1; i < days.Count && days[i - 1] > 0; i++)
            returns.Add(days[i] / days[i - 1] - 1);
        return [.. returns];
    }

    public static double? Sharpe(double[] returns, double annualizationDays) =>
        returns.Length > 1 && returns.Any(r => r != returns[0]) ? Overfitting.SharpePerReturn(returns) * Math.Sqrt(annualizationDays) : null;
}
