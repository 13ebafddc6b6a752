namespace Runnel.Backtesting;

/// <summary>Williams %R: how far the close lies below the highest high of n bars, from -100 to 0.</summary>
/// <remarks>Source: L. R. Williams, How I Made One Million Dollars, 1973. First value at n - 1; NaN before. A range of 0 counts as the middle, -50.</remarks>
public sealed class WilliamsR
{
    private readonly Highest highest;
    private readonly Lowest lowest;

    /// <summary>An oscillator that is fed bar by bar.</summary>
    /// <param name="period">Bars in the window, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A period is below 1.</exception>
    public WilliamsR(int period)
    {
        Series.CheckPeriod(period);
        (highest, lowest) = (new Highest(period), new Lowest(period));
    }

    /// <summary>Takes the next bar.</summary>
    /// <param name="high">Highest price of the bar.</param>
    /// <param name="low">Lowest price of the bar.</param>
    /// <param name="close">Last price of the bar.</param>
    /// <returns>Its figure; NaN while there are too few bars.</returns>
    public double Next(double high, double low, double close)
    {
        double top = highest.Next(high), bottom = lowest.Next(low);
        return top == bottom ? -50 : -100 * (top - close) / (top - bottom); // NaN while the window fills
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
        WilliamsR indicator = new(period);
        for (int i = 0; i < high.Length; i++)
            output[i] = indicator.Next(high[i], low[i], close[i]);
    }
}
