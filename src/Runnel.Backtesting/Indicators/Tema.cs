namespace Runnel.Backtesting;

/// <summary>Triple exponential moving average: 3 * EMA - 3 * EMA of EMA + EMA of that.</summary>
/// <remarks>Source: P. G. Mulloy, Technical Analysis of Stocks &amp; Commodities 12(1), 1994. Seeded with the first value, so it has a value from
/// bar 0 on; the seed weighs little from 3 * (n - 1) on.</remarks>
public sealed class Tema
{
    private readonly Ema first;
    private readonly Ema second;
    private readonly Ema third;

    /// <summary>An average that is fed value by value.</summary>
    /// <param name="period">Period of each average, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A period is below 1.</exception>
    public Tema(int period)
    {
        Series.CheckPeriod(period);
        (first, second, third) = (new Ema(period), new Ema(period), new Ema(period));
    }

    /// <summary>Takes the next value.</summary>
    /// <param name="value">A finite number.</param>
    /// <returns>Its figure; NaN while there are too few values.</returns>
    public double Next(double value)
    {
        double once = first.Next(value), twice = second.Next(once);
        return 3 * once - 3 * twice + third.Next(twice);
    }

    /// <summary>The figure at every value of a series.</summary>
    /// <param name="source">Finite numbers, oldest first.</param>
    /// <param name="period">Period of each average, at least 1.</param>
    /// <param name="output">As long as <paramref name="source"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ or a period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> source, int period, Span<double> output)
    {
        Series.CheckLength(source.Length, output.Length);
        Tema indicator = new(period);
        for (int i = 0; i < source.Length; i++)
            output[i] = indicator.Next(source[i]);
    }
}
