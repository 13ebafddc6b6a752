namespace Runnel.Backtesting;

/// <summary>Stochastic oscillator: where the close lies in the range of n bars, SMA-smoothed to %K, and the SMA of that, %D.</summary>
/// <remarks>Source: G. C. Lane, Technical Analysis of Stocks &amp; Commodities 2(3), 1984. %K first at n + smooth - 2, %D signal - 1 bars later; NaN
/// before. A range of 0 counts as the middle, 50.</remarks>
public sealed class Stochastic
{
    private readonly Highest highest;
    private readonly Lowest lowest;
    private readonly Sma k;
    private readonly Sma d;

    /// <summary>An oscillator that is fed bar by bar.</summary>
    /// <param name="period">Bars of the range, at least 1.</param>
    /// <param name="smooth">Bars over which %K is averaged; 1 for the fast form.</param>
    /// <param name="signal">Bars over which %D averages %K.</param>
    /// <exception cref="ArgumentOutOfRangeException">A period is below 1.</exception>
    public Stochastic(int period, int smooth, int signal)
    {
        Series.CheckPeriod(period);
        Series.CheckPeriod(smooth);
        Series.CheckPeriod(signal);
        (highest, lowest) = (new Highest(period), new Lowest(period));
        (k, d) = (new Sma(smooth), new Sma(signal));
    }

    /// <summary>Takes the next bar.</summary>
    /// <param name="high">Highest price of the bar.</param>
    /// <param name="low">Lowest price of the bar.</param>
    /// <param name="close">Last price of the bar.</param>
    /// <returns>Its figures; NaN while there are too few bars.</returns>
    public StochasticValue Next(double high, double low, double close)
    {
        double top = highest.Next(high), bottom = lowest.Next(low);
        if (double.IsNaN(top))
            return StochasticValue.None;
        double smoothed = k.Next(top == bottom ? 50 : 100 * (close - bottom) / (top - bottom));
        return new StochasticValue(smoothed, double.IsNaN(smoothed) ? double.NaN : d.Next(smoothed));
    }

    /// <summary>The figures at every bar of a series.</summary>
    /// <param name="high">Highest price of each bar, oldest first.</param>
    /// <param name="low">Lowest price of each bar.</param>
    /// <param name="close">Last price of each bar.</param>
    /// <param name="period">Bars of the range, at least 1.</param>
    /// <param name="smooth">Bars over which %K is averaged; 1 for the fast form.</param>
    /// <param name="signal">Bars over which %D averages %K.</param>
    /// <param name="k">As long as <paramref name="high"/>.</param>
    /// <param name="d">As long as <paramref name="high"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ or a period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> high, ReadOnlySpan<double> low, ReadOnlySpan<double> close,
        int period, int smooth, int signal, Span<double> k, Span<double> d)
    {
        Series.CheckLength(high.Length, low.Length);
        Series.CheckLength(high.Length, close.Length);
        Series.CheckLength(high.Length, k.Length);
        Series.CheckLength(high.Length, d.Length);
        Stochastic indicator = new(period, smooth, signal);
        for (int i = 0; i < high.Length; i++)
        {
            StochasticValue value = indicator.Next(high[i], low[i], close[i]);
            (k[i], d[i]) = (value.K, value.D);
        }
    }
}
