namespace Runnel.Backtesting;

/// <summary>Money flow index: the RSI formula over typical price * volume of rising and falling bars in the last n changes.</summary>
/// <remarks>Source: G. Quong and A. Soudack, Technical Analysis of Stocks &amp; Commodities 7(3), 1989. First value at n; NaN before. No falling
/// flow gives 100, no flow at all 50.</remarks>
public sealed class Mfi
{
    private readonly Sma rising;
    private readonly Sma falling;
    private double before = double.NaN;

    /// <summary>An index that is fed bar by bar.</summary>
    /// <param name="period">Changes in the window, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A period is below 1.</exception>
    public Mfi(int period)
    {
        Series.CheckPeriod(period);
        (rising, falling) = (new Sma(period), new Sma(period));
    }

    /// <summary>Takes the next bar.</summary>
    /// <param name="high">Highest price of the bar.</param>
    /// <param name="low">Lowest price of the bar.</param>
    /// <param name="close">Last price of the bar.</param>
    /// <param name="volume">Volume of the bar.</param>
    /// <returns>Its figure; NaN while there are too few bars.</returns>
    public double Next(double high, double low, double close, double volume)
    {
        double typical = (high + low + close) / 3, flow = typical * volume, last = before;
        before = typical;
        if (double.IsNaN(last))
            return double.NaN;
        double up = rising.Next(typical > last ? flow : 0), down = falling.Next(typical < last ? flow : 0);
        return down == 0 ? (up == 0 ? 50 : 100) : 100 - 100 / (1 + up / down);
    }

    /// <summary>The figure at every bar of a series.</summary>
    /// <param name="high">Highest price of each bar, oldest first.</param>
    /// <param name="low">Lowest price of each bar.</param>
    /// <param name="close">Last price of each bar.</param>
    /// <param name="volume">Volume of each bar.</param>
    /// <param name="period">Changes in the window, at least 1.</param>
    /// <param name="output">As long as <paramref name="high"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ or a period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> high, ReadOnlySpan<double> low, ReadOnlySpan<double> close, ReadOnlySpan<double> volume,
        int period, Span<double> output)
    {
        Series.CheckLength(high.Length, low.Length);
        Series.CheckLength(high.Length, close.Length);
        Series.CheckLength(high.Length, volume.Length);
        Series.CheckLength(high.Length, output.Length);
        Mfi indicator = new(period);
        for (int i = 0; i < high.Length; i++)
            output[i] = indicator.Next(high[i], low[i], close[i], volume[i]);
    }
}
