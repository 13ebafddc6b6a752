namespace Runnel.Backtesting;

/// <summary>True range: the largest of high - low, |high - close before| and |low - close before|.</summary>
/// <remarks>Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978. High - low at bar 0.</remarks>
public sealed class TrueRange
{
    private double before = double.NaN;

    /// <summary>Takes the next bar.</summary>
    /// <param name="high">Highest price of the bar.</param>
    /// <param name="low">Lowest price of the bar.</param>
    /// <param name="close">Last price of the bar.</param>
    /// <returns>Its figure; NaN while there are too few bars.</returns>
    public double Next(double high, double low, double close)
    {
        double range = high - low;
        if (!double.IsNaN(before))
            range = Math.Max(range, Math.Max(Math.Abs(high - before), Math.Abs(low - before)));
        before = close;
        return range;
    }

    /// <summary>The figure at every bar of a series.</summary>
    /// <param name="high">Highest price of each bar, oldest first.</param>
    /// <param name="low">Lowest price of each bar.</param>
    /// <param name="close">Last price of each bar.</param>
    /// <param name="output">As long as <paramref name="high"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Compute(ReadOnlySpan<double> high, ReadOnlySpan<double> low, ReadOnlySpan<double> close, Span<double> output)
    {
        Series.CheckLength(high.Length, low.Length);
        Series.CheckLength(high.Length, close.Length);
        Series.CheckLength(high.Length, output.Length);
        TrueRange indicator = new();
        for (int i = 0; i < high.Length; i++)
            output[i] = indicator.Next(high[i], low[i], close[i]);
    }
}
