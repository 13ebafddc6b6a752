using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>Grows the columns of a series bar by bar.</summary>
internal sealed class KlineColumns
{
    private long[] times = new long[1024];
    private readonly double[][] values = [new double[1024], new double[1024], new double[1024], new double[1024], new double[1024]];

    public int Count { get; private set; }

    public long LastTime => times[Count - 1];

    /// <summary>Appends a bar: open time, then open, high, low, close, volume.</summary>
    public void Add(long time, ReadOnlySpan<double> row)
    {
        if (Count == times.Length)
        {
            Array.Resize(ref times, Count * 2);
            for (int i = 0; i < values.Length; i++)
                Array.Resize(ref values[i], Count * 2);
        }

        times[Count] = time;
        for (int i = 0; i < values.Length; i++)
            values[i][Count] = row[i];
        Count++;
    }

    public Klines ToKlines(string symbol)
    {
        Array.Resize(ref times, Count);
        for (int i = 0; i < values.Length; i++)
            Array.Resize(ref values[i], Count);
        return new Klines(symbol, times, values[0], values[1], values[2], values[3], values[4]);
    }
}
