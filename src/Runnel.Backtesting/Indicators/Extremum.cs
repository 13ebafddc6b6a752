namespace Runnel.Backtesting;

/// <summary>Largest of the last n values in constant time a value: a queue of candidates, each smaller and younger than the one before.</summary>
internal sealed class Extremum(int period)
{
    private readonly double[] values = new double[period];
    private readonly long[] ages = new long[period];
    private int head;
    private int count;
    private long seen;

    /// <summary>Takes a value.</summary>
    /// <returns>The largest of the window; NaN while it is not full.</returns>
    public double Next(double value)
    {
        if (count > 0 && ages[head] <= seen - period)
        {
            head = head + 1 == period ? 0 : head + 1;
            count--;
        }

        int tail = At(count - 1);
        while (count > 0 && values[tail] <= value)
        {
            count--;
            tail = tail == 0 ? period - 1 : tail - 1;
        }

        tail = At(count++);
        (values[tail], ages[tail]) = (value, seen++);
        return seen < period ? double.NaN : values[head];
    }

    private int At(int index)
    {
        int slot = head + index;
        return slot >= period ? slot - period : slot < 0 ? slot + period : slot;
    }
}
