namespace Runnel.Backtesting;

/// <summary>SuperTrend: bands (high + low) / 2 +/- k * ATR(n) that only tighten while the price stays on their side.</summary>
/// <remarks>Source: O. Seban. The upper band keeps its last value unless the new one is lower or the close before was above it, the lower one in
/// the mirror. Down at the first bar; up once a close is above the upper band, down once one is below the lower. First value at n - 1; NaN before.</remarks>
public sealed class SuperTrend
{
    private readonly Atr ranges;
    private readonly double width;
    private double upper = double.NaN;
    private double lower = double.NaN;
    private double closeBefore;
    private bool isUp;

    /// <summary>A trend that is fed bar by bar.</summary>
    /// <param name="period">Period of the average true range, at least 1.</param>
    /// <param name="width">Average true ranges from the middle to a band.</param>
    /// <exception cref="ArgumentOutOfRangeException">A period is below 1.</exception>
    public SuperTrend(int period, double width)
    {
        Series.CheckPeriod(period);
        (ranges, this.width) = (new Atr(period), width);
    }

    /// <summary>Takes the next bar.</summary>
    /// <param name="high">Highest price of the bar.</param>
    /// <param name="low">Lowest price of the bar.</param>
    /// <param name="close">Last price of the bar.</param>
    /// <returns>Its figures; NaN while there are too few bars.</returns>
    public SuperTrendValue Next(double high, double low, double close)
    {
        double distance = width * ranges.Next(high, low, close), middle = (high + low) / 2, before = closeBefore;
        closeBefore = close;
        if (double.IsNaN(distance))
            return SuperTrendValue.None;
        bool isFirst = double.IsNaN(upper);
        double above = middle + distance, below = middle - distance;
        upper = isFirst || above < upper || before > upper ? above : upper;
        lower = isFirst || below > lower || before < lower ? below : lower;
        if (!isFirst)
            isUp = close > upper || (isUp && !(close < lower));
        return new SuperTrendValue(isUp ? lower : upper, isUp ? 1 : -1);
    }

    /// <summary>The figures at every bar of a series.</summary>
    /// <param name="high">Highest price of each bar, oldest first.</param>
    /// <param name="low">Lowest price of each bar.</param>
    /// <param name="close">Last price of each bar.</param>
    /// <param name="period">Period of the average true range, at least 1.</param>
    /// <param name="width">Average true ranges from the middle to a band.</param>
    /// <param name="line">As long as <paramref name="high"/>.</param>
    /// <param name="direction">As long as <paramref name="high"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ or a period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> high, ReadOnlySpan<double> low, ReadOnlySpan<double> close,
        int period, double width, Span<double> line, Span<double> direction)
    {
        Series.CheckLength(high.Length, low.Length);
        Series.CheckLength(high.Length, close.Length);
        Series.CheckLength(high.Length, line.Length);
        Series.CheckLength(high.Length, direction.Length);
        SuperTrend indicator = new(period, width);
        for (int i = 0; i < high.Length; i++)
        {
            SuperTrendValue value = indicator.Next(high[i], low[i], close[i]);
            (line[i], direction[i]) = (value.Line, value.Direction);
        }
    }
}
