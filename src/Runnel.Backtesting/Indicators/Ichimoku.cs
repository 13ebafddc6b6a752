namespace Runnel.Backtesting;

/// <summary>Ichimoku Kinko Hyo: middles of three ranges, and the cloud as it is drawn at the bar.</summary>
/// <remarks>Source: G. Hosoda, 1969. Conversion first at conversion - 1, base at base - 1, span A at base + max(conversion, base) - 1, span B at base + span - 1;
/// NaN before. The chikou span is the close drawn back in time: at its own bar it would be a look into the future, so there is none here.</remarks>
public sealed class Ichimoku
{
    private readonly Donchian shorter;
    private readonly Donchian medium;
    private readonly Donchian longer;
    private readonly Window spanA;
    private readonly Window spanB;

    /// <summary>A cloud that is fed bar by bar.</summary>
    /// <param name="conversion">Bars of the conversion line; 9 is usual.</param>
    /// <param name="baseline">Bars of the base line and of the displacement; 26 is usual.</param>
    /// <param name="span">Bars of span B; 52 is usual.</param>
    /// <exception cref="ArgumentOutOfRangeException">A period is below 1.</exception>
    public Ichimoku(int conversion, int baseline, int span)
    {
        Series.CheckPeriod(conversion);
        Series.CheckPeriod(baseline);
        Series.CheckPeriod(span);
        (shorter, medium, longer) = (new Donchian(conversion), new Donchian(baseline), new Donchian(span));
        (spanA, spanB) = (new Window(baseline + 1), new Window(baseline + 1));
    }

    /// <summary>Takes the next bar.</summary>
    /// <param name="high">Highest price of the bar.</param>
    /// <param name="low">Lowest price of the bar.</param>
    /// <returns>Its figures; NaN while there are too few bars.</returns>
    public IchimokuValue Next(double high, double low)
    {
        double tenkan = shorter.Next(high, low).Middle, kijun = medium.Next(high, low).Middle, slow = longer.Next(high, low).Middle;
        bool isFull = spanA.Add((tenkan + kijun) / 2) & spanB.Add(slow);
        return new IchimokuValue(tenkan, kijun, isFull ? spanA.Values[0] : double.NaN, isFull ? spanB.Values[0] : double.NaN);
    }

    /// <summary>The figures at every bar of a series.</summary>
    /// <param name="high">Highest price of each bar, oldest first.</param>
    /// <param name="low">Lowest price of each bar.</param>
    /// <param name="conversion">Bars of the conversion line; 9 is usual.</param>
    /// <param name="baseline">Bars of the base line and of the displacement; 26 is usual.</param>
    /// <param name="span">Bars of span B; 52 is usual.</param>
    /// <param name="output">As long as <paramref name="high"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ or a period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> high, ReadOnlySpan<double> low,
        int conversion, int baseline, int span, Span<IchimokuValue> output)
    {
        Series.CheckLength(high.Length, low.Length);
        Series.CheckLength(high.Length, output.Length);
        Ichimoku indicator = new(conversion, baseline, span);
        for (int i = 0; i < high.Length; i++)
            output[i] = indicator.Next(high[i], low[i]);
    }
}
