namespace Runnel.Backtesting;

/// <summary>Double exponential moving average: 2 * EMA - EMA of EMA.</summary>
/// <remarks>Source: P. G. Mulloy, Technical Analysis of Stocks &amp; Commodities 12(1), 1994. Seeded with the first value, so it has a value from
/// bar 0 on; the seed weighs little from 2 * (n - 1) on.</remarks>
public sealed class Dema
{
    private readonly Ema first;
    private readonly Ema second;

    /// <summary>An average that is fed value by value.</summary>
    /// <param name="period">Period of each average, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A period is below 1.</exception>
    public Dema(int period)
    {
        Series.CheckPeriod(period);
        (first, second) = (new Ema(period), new Ema(period));
    }

    /// <summary>Takes the next value.</summary>
    /// <param name="value">A finite number.</param>
    /// <returns>Its figure; NaN while there are too few values.</returns>
    public double Next(double value)
    {
        double once = first.Next(value);
        return 2 * once - second.Next(once);
    }

    /// <summary>The figure at every value of a series.</summary>
    /// <param name="source">Finite numbers, oldest first.</param>
    /// <param name="period">Period of each average, at least 1.</param>
    /// <param name="output">As long as <paramref name="source"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ or a period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> source, int period, Span<double> output)
    {
        Series.CheckLength(source.Length, output.Length);
        Dema indicator = new(period);
        for (int i = 0; i < source.Length; i++)
            output[i] = indicator.Next(source[i]);
    }
}
