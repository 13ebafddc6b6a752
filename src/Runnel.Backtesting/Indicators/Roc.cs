namespace Runnel.Backtesting;

/// <summary>Rate of change: the value over the value n bars before, less 1, in percent.</summary>
/// <remarks>First value at n; NaN before.</remarks>
public sealed class Roc
{
    private readonly Window window;

    /// <summary>A rate that is fed value by value.</summary>
    /// <param name="period">Bars to look back, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A period is below 1.</exception>
    public Roc(int period)
    {
        Series.CheckPeriod(period);
        window = new Window(period + 1);
    }

    /// <summary>Takes the next value.</summary>
    /// <param name="value">A finite number.</param>
    /// <returns>Its figure; NaN while there are too few values.</returns>
    public double Next(double value) => window.Add(value) ? (value / window.Values[0] - 1) * 100 : double.NaN;

    /// <summary>The figure at every value of a series.</summary>
    /// <param name="source">Finite numbers, oldest first.</param>
    /// <param name="period">Bars to look back, at least 1.</param>
    /// <param name="output">As long as <paramref name="source"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ or a period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> source, int period, Span<double> output)
    {
        Series.CheckLength(source.Length, output.Length);
        Roc indicator = new(period);
        for (int i = 0; i < source.Length; i++)
            output[i] = indicator.Next(source[i]);
    }
}
