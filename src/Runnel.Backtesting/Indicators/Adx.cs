namespace Runnel.Backtesting;

/// <summary>Directional movement by Wilder: +DI, -DI and their average index ADX.</summary>
/// <remarks>Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978. Movements and true ranges count from bar 1; their sums start
/// at bar n over bars 1 to n, then s = s - s / n + x. DI = 100 * movement / range, DX = 100 * |+DI - -DI| / (+DI + -DI), both 0 where
/// the divisor is. DI first at n; ADX first at 2n - 1 as the mean of the DX so far, then (ADX * (n - 1) + DX) / n; NaN before.</remarks>
public sealed class Adx
{
    private readonly TrueRange ranges = new();
    private readonly double period;
    private double highBefore;
    private double lowBefore;
    private double plus;
    private double minus;
    private double range;
    private double average;
    private int seen;

    /// <summary>An index that is fed bar by bar.</summary>
    /// <param name="period">Bars in the window, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A period is below 1.</exception>
    public Adx(int period)
    {
        Series.CheckPeriod(period);
        this.period = period;
    }

    /// <summary>Takes the next bar.</summary>
    /// <param name="high">Highest price of the bar.</param>
    /// <param name="low">Lowest price of the bar.</param>
    /// <param name="close">Last price of the bar.</param>
    /// <returns>Its figures; NaN while there are too few bars.</returns>
    public AdxValue Next(double high, double low, double close)
    {
        double rise = high - highBefore, fall = lowBefore - low, width = ranges.Next(high, low, close);
        (highBefore, lowBefore) = (high, low);
        if (seen++ == 0)
            return AdxValue.None;
        double up = rise > fall && rise > 0 ? rise : 0, down = fall > rise && fall > 0 ? fall : 0;
        double keep = seen - 1 > period ? 1 - 1 / period : 1;
        (plus, minus, range) = (plus * keep + up, minus * keep + down, range * keep + width);
        if (seen - 1 < period)
            return AdxValue.None;

        double plusDi = Percent(plus, range), minusDi = Percent(minus, range);
        double dx = Percent(Math.Abs(plusDi - minusDi), plusDi + minusDi);
        if (seen > 2 * period)
            average = (average * (period - 1) + dx) / period;
        else
            average += dx / period;
        return new AdxValue(plusDi, minusDi, seen < 2 * period ? double.NaN : average);
    }

    /// <summary>The figures at every bar of a series.</summary>
    /// <param name="high">Highest price of each bar, oldest first.</param>
    /// <param name="low">Lowest price of each bar.</param>
    /// <param name="close">Last price of each bar.</param>
    /// <param name="period">Bars in the window, at least 1.</param>
    /// <param name="plusDi">As long as <paramref name="high"/>.</param>
    /// <param name="minusDi">As long as <paramref name="high"/>.</param>
    /// <param name="adx">As long as <paramref name="high"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ or a period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> high, ReadOnlySpan<double> low, ReadOnlySpan<double> close,
        int period, Span<double> plusDi, Span<double> minusDi, Span<double> adx)
    {
        Series.CheckLength(high.Length, low.Length);
        Series.CheckLength(high.Length, close.Length);
        Series.CheckLength(high.Length, plusDi.Length);
        Series.CheckLength(high.Length, minusDi.Length);
        Series.CheckLength(high.Length, adx.Length);
        Adx indicator = new(period);
        for (int i = 0; i < high.Length; i++)
        {
            AdxValue value = indicator.Next(high[i], low[i], close[i]);
            (plusDi[i], minusDi[i], adx[i]) = (value.PlusDi, value.MinusDi, value.Adx);
        }
    }

    private static double Percent(double part, double whole) => whole == 0 ? 0 : 100 * part / whole;
}
