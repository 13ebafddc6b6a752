using System.Buffers;

namespace Runnel.Backtesting;

/// <summary>Indicator series of one set of klines in pooled arrays (longer than the klines), worked out once for each set of parameters.</summary>
internal sealed class IndicatorSource(Klines klines) : IDisposable
{
    private readonly Dictionary<(string Name, double A, double B, double C), double[][]> known = [];

    public double[] Sma(int period) => Get("sma", period, 0, 0, 1, o => Backtesting.Sma.Compute(klines.CloseSums, period, Of(o[0])))[0];

    public double[] Ema(int period) => Get("ema", period, 0, 0, 1, o => Backtesting.Ema.Compute(klines.Close, period, Of(o[0])))[0];

    public double[] Rsi(int period) => Get("rsi", period, 0, 0, 1, o => Backtesting.Rsi.Compute(klines.Close, period, Of(o[0])))[0];

    public double[] HighestHigh(int period) => Get("high", period, 0, 0, 1, o => Highest.Compute(klines.High, period, Of(o[0])))[0];

    public double[] LowestLow(int period) => Get("low", period, 0, 0, 1, o => Lowest.Compute(klines.Low, period, Of(o[0])))[0];

    public (double[] Line, double[] Signal) Macd(int fast, int slow, int signal)
    {
        double[][] parts = Get("macd", fast, slow, signal, 2,
            o => Backtesting.Macd.Compute(klines.Close, fast, slow, signal, Of(o[0]), Of(o[1]), []));
        return (parts[0], parts[1]);
    }

    public (double[] Upper, double[] Middle, double[] Lower) Bollinger(int period, double width)
    {
        double[][] parts = Get("bollinger", period, width, 0, 3,
            o => Backtesting.Bollinger.Compute(klines.Close, period, width, Of(o[0]), Of(o[1]), Of(o[2])));
        return (parts[0], parts[1], parts[2]);
    }

    public void Dispose()
    {
        foreach (double[] array in known.Values.SelectMany(parts => parts))
            ArrayPool<double>.Shared.Return(array);
        known.Clear();
    }

    private Span<double> Of(double[] array) => array.AsSpan(0, klines.Count);

    private double[][] Get(string name, double a, double b, double c, int parts, Action<double[][]> compute)
    {
        if (known.TryGetValue((name, a, b, c), out double[][]? found))
            return found;
        double[][] made = new double[parts][];
        for (int i = 0; i < parts; i++)
            made[i] = ArrayPool<double>.Shared.Rent(klines.Count);
        known[(name, a, b, c)] = made; // before computing, so that an error loses no array
        compute(made);
        return made;
    }
}
