using System.Buffers;

namespace Runnel.Backtesting;

/// <summary>Indicator series of one set of klines in pooled arrays (longer than the klines), worked out once for each set of parameters.</summary>
internal sealed class IndicatorSource(Klines klines, SharedIndicators? shared = null) : IDisposable
{
    private readonly Dictionary<IndicatorKey, double[][]> known = [];
    private readonly List<IndicatorSource> ofOthers = [];

    public double[] Sma(int period) => Get("sma", period, 0, 0, 1, o => Backtesting.Sma.Compute(klines.CloseSums, period, Of(o[0])))[0];

    public double[] Ema(int period) => Get("ema", period, 0, 0, 1, o => Backtesting.Ema.Compute(klines.Close, period, Of(o[0])))[0];

    public double[] Rsi(int period) => Get("rsi", period, 0, 0, 1, o => Backtesting.Rsi.Compute(klines.Close, period, Of(o[0])))[0];

    public double[] HighestHigh(int period) => Get("high", period, 0, 0, 1, o => Highest.Compute(klines.High, period, Of(o[0])))[0];

    public double[] LowestLow(int period) => Get("low", period, 0, 0, 1, o => Lowest.Compute(klines.Low, period, Of(o[0])))[0];

    public double[] Atr(int period) =>
        Get("atr", period, 0, 0, 1, o => Backtesting.Atr.Compute(klines.High, klines.Low, klines.Close, period, Of(o[0])))[0];

    public double[] SuperTrendDirection(int period, double width) =>
        Get("supertrend", period, width, 0, 2, o => SuperTrend.Compute(klines.High, klines.Low, klines.Close, period, width, Of(o[0]), Of(o[1])))[1];

    public (double[] K, double[] D) Stochastic(int period, int smooth, int signal)
    {
        double[][] parts = Get("stochastic", period, smooth, signal, 2,
            o => Backtesting.Stochastic.Compute(klines.High, klines.Low, klines.Close, period, smooth, signal, Of(o[0]), Of(o[1])));
        return (parts[0], parts[1]);
    }

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
        foreach (IndicatorSource other in ofOthers)
            other.Dispose();
        ofOthers.Clear();
    }

    /// <summary>Indicators of other bars, for instance longer ones made of these; they live as long as these.</summary>
    public IndicatorSource OfOther(Klines bars)
    {
        IndicatorSource made = new(bars);
        ofOthers.Add(made);
        return made;
    }

    private Span<double> Of(double[] array) => array.AsSpan(0, klines.Count);

    public static double[][] Rent(int parts, int bars)
    {
        double[][] made = new double[parts][];
        for (int i = 0; i < parts; i++)
            made[i] = ArrayPool<double>.Shared.Rent(bars);
        return made;
    }

    /// <summary>Series under a name that tells all that they depend on.</summary>
    public double[][] Get(string name, int parts, Action<double[][]> compute) => Get(name, 0, 0, 0, parts, compute);

    private double[][] Get(string name, double a, double b, double c, int parts, Action<double[][]> compute)
    {
        IndicatorKey key = new(name, a, b, c);
        if (shared?.Get(key, parts, klines.Count, compute) is { } common)
            return common;
        if (known.TryGetValue(key, out double[][]? found))
            return found;
        double[][] made = Rent(parts, klines.Count);
        known[key] = made; // before computing, so that an error loses no array
        compute(made);
        return made;
    }
}

/// <summary>An indicator with its parameters.</summary>
internal readonly record struct IndicatorKey(string Name, double A, double B, double C);
