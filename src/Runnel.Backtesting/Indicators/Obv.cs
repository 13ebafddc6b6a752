namespace Runnel.Backtesting;

/// <summary>On-balance volume: the volume so far of bars that closed higher less that of bars that closed lower.</summary>
/// <remarks>Source: J. E. Granville, New Key to Stock Market Profits, 1963. 0 at bar 0.</remarks>
public sealed class Obv
{
    private double before = double.NaN;
    private double sum;

    /// <summary>Takes the next bar.</summary>
    /// <param name="close">Last price of the bar.</param>
    /// <param name="volume">Volume of the bar.</param>
    /// <returns>Its figure; NaN while there are too few bars.</returns>
    public double Next(double close, double volume)
    {
        sum += close > before ? volume : close < before ? -volume : 0;
        before = close;
        return sum;
    }

    /// <summary>The figure at every bar of a series.</summary>
    /// <param name="close">Last price of each bar, oldest first.</param>
    /// <param name="volume">Volume of each bar.</param>
    /// <param name="output">As long as <paramref name="close"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Compute(ReadOnlySpan<double> close, ReadOnlySpan<double> volume, Span<double> output)
    {
        Series.CheckLength(close.Length, volume.Length);
        Series.CheckLength(close.Length, output.Length);
        Obv indicator = new();
        for (int i = 0; i < close.Length; i++)
            output[i] = indicator.Next(close[i], volume[i]);
    }
}
