using System.Buffers;

namespace Runnel.Backtesting;

/// <summary>Indicator series of one set of klines in pooled arrays (longer than the klines), worked out once for each set of parameters.</summary>
internal sealed class IndicatorSource(Klines klines) : IDisposable
{
    private readonly Dictionary<(string Name, double A, double B, double C, int Part), double[]> series = [];

    public double[] Sma(int period) => Get("sma", period, (source, output, n) => Backtesting.Sma.Compute(source.CloseSums, n, output));

    public double[] Ema(int period) => Get("ema", period, (source, output, n) => Backtesting.Ema.Compute(source.Close, n, output));

    public void Dispose()
    {
        foreach (double[] array in series.Values)
            ArrayPool<double>.Shared.Return(array);
        series.Clear();
    }

    private double[] Get(string name, int period, Action<Klines, Span<double>, int> compute)
    {
        if (!series.TryGetValue((name, period, 0, 0, 0), out double[]? array))
        {
            array = ArrayPool<double>.Shared.Rent(klines.Count);
            compute(klines, array.AsSpan(0, klines.Count), period);
            series[(name, period, 0, 0, 0)] = array;
        }

        return array;
    }
}
