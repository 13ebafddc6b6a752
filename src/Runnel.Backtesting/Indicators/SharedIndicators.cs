using System.Buffers;
using System.Collections.Concurrent;

namespace Runnel.Backtesting;

/// <summary>Indicator series that several runs over the same klines share. Holds a bounded amount: what does not fit is worked out by
/// each run for itself.</summary>
internal sealed class SharedIndicators(long mostBytes) : IDisposable
{
    /// <summary>What is kept unless said otherwise: 512 MiB.</summary>
    public const long UsualBytes = 512L << 20;

    private readonly ConcurrentDictionary<IndicatorKey, Lazy<double[][]>> known = [];
    private long bytes;

    /// <summary>What the series take that are kept now.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>The series of a key, worked out by the first who asks.</summary>
    /// <returns>The series; null where there is no room for them.</returns>
    public double[][]? Get(IndicatorKey key, int parts, int bars, Action<double[][]> compute)
    {
        if (known.TryGetValue(key, out Lazy<double[][]>? found))
            return found.Value;
        long needed = (long)parts * bars * sizeof(double);
        if (Interlocked.Add(ref bytes, needed) > mostBytes)
        {
            Interlocked.Add(ref bytes, -needed);
            return null;
        }

        return known.GetOrAdd(key, _ => new Lazy<double[][]>(() =>
        {
            double[][] made = IndicatorSource.Rent(parts, bars);
            compute(made);
            return made;
        })).Value;
    }

    public void Dispose()
    {
        foreach (Lazy<double[][]> series in known.Values.Where(lazy => lazy.IsValueCreated))
        {
            foreach (double[] part in series.Value)
                ArrayPool<double>.Shared.Return(part);
        }

        known.Clear();
    }
}
