namespace Runnel.Backtesting;

/// <summary>Moving average convergence/divergence: EMA(fast) - EMA(slow), and the EMA(signal) of that.</summary>
/// <remarks>Source: G. Appel, The Moving Average Convergence-Divergence Trading Method, 1985. All averages are seeded with their first
/// input, so there are values from bar 0 on (0 there); our strategies treat those before slow + signal - 2 as missing.</remarks>
public sealed class Macd
{
    private readonly Ema fast;
    private readonly Ema slow;
    private readonly Ema signal;

    /// <summary>A MACD that is fed value by value.</summary>
    /// <param name="fast">Period of the fast average, at least 1.</param>
    /// <param name="slow">Period of the slow average, at least 1.</param>
    /// <param name="signal">Period of the signal line, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A period is below 1.</exception>
    public Macd(int fast, int slow, int signal)
    {
        (this.fast, this.slow, this.signal) = (new Ema(fast), new Ema(slow), new Ema(signal));
    }

    /// <summary>Takes the next value.</summary>
    /// <param name="value">A finite number.</param>
    /// <returns>Line, signal and histogram.</returns>
    public MacdValue Next(double value)
    {
        double line = fast.Next(value) - slow.Next(value), average = signal.Next(line);
        return new MacdValue(line, average, line - average);
    }

    /// <summary>Line, signal and histogram at every value of a series.</summary>
    /// <param name="source">Finite numbers, oldest first.</param>
    /// <param name="fast">Period of the fast average, at least 1.</param>
    /// <param name="slow">Period of the slow average, at least 1.</param>
    /// <param name="signal">Period of the signal line, at least 1.</param>
    /// <param name="line">As long as <paramref name="source"/>.</param>
    /// <param name="signalLine">As long as <paramref name="source"/>.</param>
    /// <param name="histogram">As long as <paramref name="source"/>, or empty if not wanted.</param>
    /// <exception cref="ArgumentException">The lengths differ or a period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> source, int fast, int slow, int signal, Span<double> line, Span<double> signalLine,
        Span<double> histogram)
    {
        Series.CheckLength(source.Length, line.Length, nameof(line));
        Series.CheckLength(source.Length, signalLine.Length, nameof(signalLine));
        if (!histogram.IsEmpty)
            Series.CheckLength(source.Length, histogram.Length, nameof(histogram));
        Macd macd = new(fast, slow, signal);
        for (int i = 0; i < source.Length; i++)
        {
            MacdValue value = macd.Next(source[i]);
            (line[i], signalLine[i]) = (value.Line, value.Signal);
            if (!histogram.IsEmpty)
                histogram[i] = value.Histogram;
        }
    }
}
