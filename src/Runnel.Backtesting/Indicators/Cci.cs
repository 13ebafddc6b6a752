namespace Runnel.Backtesting;

/// <summary>Commodity channel index: (typical price - its SMA) / (0.015 * mean absolute deviation), typical = (high + low + close) / 3.</summary>
/// <remarks>Source: D. R. Lambert, Commodities magazine, 1980. First value at n - 1; NaN before. 0 where the deviation is 0.</remarks>
public sealed class Cci
{
    private readonly Sma mean;
    private readonly Window window;

    /// <summary>An index that is fed bar by bar.</summary>
    /// <param name="period">Bars in the window, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A period is below 1.</exception>
    public Cci(int period)
    {
        Series.CheckPeriod(period);
        (mean, window) = (new Sma(period), new Window(period));
    }

    /// <summary>Takes the next bar.</summary>
    /// <param name="high">Highest price of the bar.</param>
    /// <param name="low">Lowest price of the bar.</param>
    /// <param name="close">Last price of the bar.</param>
    /// <returns>Its figure; NaN while there are too few bars.</returns>
    public double Next(double high, double low, double close)
    {
        double typical = (high + low + close) / 3, center = mean.Next(typical);
        if (!window.Add(typical))
            return double.NaN;
        double deviation = Moments.DistancesFrom(window.Values, center) / window.Period;
        return deviation == 0 ? 0 : (typical - center) / (0.015 * deviation);
    }

    /// <summary>The figure at every bar of a series.</summary>
    /// <param name="high">Highest price of each bar, oldest first.</param>
    /// <param name="low">Lowest price of each bar.</param>
    /// <param name="close">Last price of each bar.</param>
    /// <param name="period">Bars in the window, at least 1.</param>
    /// <param name="output">As long as <paramref name="high"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ or a period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> high, ReadOnlySpan<double> low, ReadOnlySpan<double> close,
        int period, Span<double> output)
    {
        Series.CheckLength(high.Length, low.Length);
        Series.CheckLength(high.Length, close.Length);
        Series.CheckLength(high.Length, output.Length);
        Cci indicator = new(period);
        for (int i = 0; i < high.Length; i++)
            output[i] = indicator.Next(high[i], low[i], close[i]);
    }
}
