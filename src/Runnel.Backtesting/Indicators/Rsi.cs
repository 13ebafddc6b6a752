namespace Runnel.Backtesting;

/// <summary>Relative strength index: 100 - 100 / (1 + average gain / average loss), from 0 to 100.</summary>
/// <remarks>Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978. Averages start at bar n as the plain mean of the
/// changes 1 to n, then avg = (avg * (n - 1) + x) / n. First value at n; NaN before. No loss gives 100, neither gain nor loss 50.</remarks>
public sealed class Rsi
{
    private readonly double period;
    private double gain;
    private double loss;
    private double last;
    private int seen;

    /// <summary>An index that is fed value by value.</summary>
    /// <param name="period">Changes in the first average, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is below 1.</exception>
    public Rsi(int period)
    {
        Series.CheckPeriod(period);
        this.period = period;
    }

    /// <summary>Takes the next value.</summary>
    /// <param name="value">A finite number.</param>
    /// <returns>The index; NaN while there are too few values.</returns>
    public double Next(double value)
    {
        double change = seen == 0 ? 0 : value - last;
        last = value;
        double up = Math.Max(change, 0), down = Math.Max(-change, 0);
        if (seen > period)
        {
            gain = (gain * (period - 1) + up) / period;
            loss = (loss * (period - 1) + down) / period;
            return Of(gain, loss);
        }

        gain += up;
        loss += down;
        if (seen++ < period)
            return double.NaN;
        gain /= period;
        loss /= period;
        return Of(gain, loss);
    }

    /// <summary>The index at every value of a series.</summary>
    /// <param name="source">Finite numbers, oldest first.</param>
    /// <param name="period">Changes in the first average, at least 1.</param>
    /// <param name="output">As long as <paramref name="source"/>; may be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ or the period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> source, int period, Span<double> output)
    {
        Series.Check(source, period, output);
        Rsi rsi = new(period);
        for (int i = 0; i < source.Length; i++)
            output[i] = rsi.Next(source[i]);
    }

    private static double Of(double gain, double loss) => loss == 0 ? (gain == 0 ? 50 : 100) : 100 - 100 / (1 + gain / loss);
}
