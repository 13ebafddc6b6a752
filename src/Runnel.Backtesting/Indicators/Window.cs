namespace Runnel.Backtesting;

/// <summary>The last n values of a stream, oldest first and contiguous, so that batch and incremental forms run the same kernel.</summary>
internal sealed class Window(int period)
{
    private readonly double[] buffer = new double[period * 2];
    private int end;
    private int count;

    public bool IsFull => count == period;

    public int Period => period;

    public ReadOnlySpan<double> Values => buffer.AsSpan(end - count, count);

    /// <summary>Takes a value.</summary>
    /// <returns>Whether the window is full now.</returns>
    public bool Add(double value)
    {
        if (end == buffer.Length)
        {
            buffer.AsSpan(period + 1).CopyTo(buffer);
            end = period - 1;
        }

        buffer[end++] = value;
        count = Math.Min(count + 1, period);
        return count == period;
    }
}
