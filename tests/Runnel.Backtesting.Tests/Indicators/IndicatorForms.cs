namespace Runnel.Backtesting.Tests;

/// <summary>Every indicator in both forms as columns, and the first bar that has a value in each column.</summary>
internal sealed record IndicatorForms(string Name, int[] FirstBars, Func<Klines, double[][]> Batch, Func<Klines, double[][]> Incremental)
{
    private delegate void Fill1(Klines k, Span<double> a);

    private delegate void Fill2(Klines k, Span<double> a, Span<double> b);

    private delegate void Fill3(Klines k, Span<double> a, Span<double> b, Span<double> c);

    public static IndicatorForms[] All { get; } =
    [
        One("sma", 19, (k, a) => Sma.Compute(k.Close, 20, a), () => Each(new Sma(20).Next)),
        One("sma of 1", 0, (k, a) => Sma.Compute(k.Close, 1, a), () => Each(new Sma(1).Next)),
        One("ema", 0, (k, a) => Ema.Compute(k.Close, 20, a), () => Each(new Ema(20).Next)),
        One("wma", 19, (k, a) => Wma.Compute(k.Close, 20, a), () => Each(new Wma(20).Next)),
        One("dema", 0, (k, a) => Dema.Compute(k.Close, 20, a), () => Each(new Dema(20).Next)),
        One("tema", 0, (k, a) => Tema.Compute(k.Close, 20, a), () => Each(new Tema(20).Next)),
        One("hma", 18, (k, a) => Hma.Compute(k.Close, 16, a), () => Each(new Hma(16).Next)),
        One("rsi", 14, (k, a) => Rsi.Compute(k.Close, 14, a), () => Each(new Rsi(14).Next)),
        One("rsi of 1", 1, (k, a) => Rsi.Compute(k.Close, 1, a), () => Each(new Rsi(1).Next)),
        One("momentum", 10, (k, a) => Momentum.Compute(k.Close, 10, a), () => Each(new Momentum(10).Next)),
        One("roc", 10, (k, a) => Roc.Compute(k.Close, 10, a), () => Each(new Roc(10).Next)),
        One("standard deviation", 22, (k, a) => StandardDeviation.Compute(k.Close, 23, a), () => Each(new StandardDeviation(23).Next)),
        One("highest", 19, (k, a) => Highest.Compute(k.Close, 20, a), () => Each(new Highest(20).Next)),
        One("lowest", 19, (k, a) => Lowest.Compute(k.Close, 20, a), () => Each(new Lowest(20).Next)),
        One("true range", 0, (k, a) => TrueRange.Compute(k.High, k.Low, k.Close, a), () => OfBar(new TrueRange().Next)),
        One("atr", 13, (k, a) => Atr.Compute(k.High, k.Low, k.Close, 14, a), () => OfBar(new Atr(14).Next)),
        One("cci", 19, (k, a) => Cci.Compute(k.High, k.Low, k.Close, 20, a), () => OfBar(new Cci(20).Next)),
        One("williams", 13, (k, a) => WilliamsR.Compute(k.High, k.Low, k.Close, 14, a), () => OfBar(new WilliamsR(14).Next)),
        One("obv", 0, (k, a) => Obv.Compute(k.Close, k.Volume, a), () => { Obv i = new(); return (k, b) => [i.Next(k.Close[b], k.Volume[b])]; }),
        One("mfi", 14, (k, a) => Mfi.Compute(k.High, k.Low, k.Close, k.Volume, 14, a),
            () => { Mfi i = new(14); return (k, b) => [i.Next(k.High[b], k.Low[b], k.Close[b], k.Volume[b])]; }),
        One("vwap", 0, (k, a) => Vwap.Compute(k.OpenTimes, k.High, k.Low, k.Close, k.Volume, a),
            () => { Vwap i = new(); return (k, b) => [i.Next(k.OpenTimes[b], k.High[b], k.Low[b], k.Close[b], k.Volume[b])]; }),
        One("parabolic sar", 1, (k, a) => ParabolicSar.Compute(k.High, k.Low, 0.02, 0.2, a),
            () => { ParabolicSar i = new(0.02, 0.2); return (k, b) => [i.Next(k.High[b], k.Low[b])]; }),
        Two("linear regression", [13, 13], (k, a, b) => LinearRegression.Compute(k.Close, 14, a, b),
            () => { LinearRegression i = new(14); return (k, b) => i.Next(k.Close[b]) is var v ? [v.Value, v.Slope] : []; }),
        Two("stochastic", [15, 17], (k, a, b) => Stochastic.Compute(k.High, k.Low, k.Close, 14, 3, 3, a, b),
            () => { Stochastic i = new(14, 3, 3); return (k, b) => i.Next(k.High[b], k.Low[b], k.Close[b]) is var v ? [v.K, v.D] : []; }),
        Two("stochastic rsi", [29, 31], (k, a, b) => StochRsi.Compute(k.Close, 14, 14, 3, 3, a, b),
            () => { StochRsi i = new(14, 14, 3, 3); return (k, b) => i.Next(k.Close[b]) is var v ? [v.K, v.D] : []; }),
        Two("supertrend", [9, 9], (k, a, b) => SuperTrend.Compute(k.High, k.Low, k.Close, 10, 3, a, b),
            () => { SuperTrend i = new(10, 3); return (k, b) => i.Next(k.High[b], k.Low[b], k.Close[b]) is var v ? [v.Line, v.Direction] : []; }),
        Three("macd", [0, 0, 0], (k, a, b, c) => Macd.Compute(k.Close, 12, 26, 9, a, b, c),
            () => { Macd i = new(12, 26, 9); return (k, b) => i.Next(k.Close[b]) is var v ? [v.Line, v.Signal, v.Histogram] : []; }),
        Three("bollinger", [19, 19, 19], (k, a, b, c) => Bollinger.Compute(k.Close, 20, 2, a, b, c),
            () => { Bollinger i = new(20, 2); return (k, b) => Band(i.Next(k.Close[b])); }),
        Three("donchian", [19, 19, 19], (k, a, b, c) => Donchian.Compute(k.High, k.Low, 20, a, b, c),
            () => { Donchian i = new(20); return (k, b) => Band(i.Next(k.High[b], k.Low[b])); }),
        Three("keltner", [9, 9, 9], (k, a, b, c) => Keltner.Compute(k.High, k.Low, k.Close, 20, 10, 2, a, b, c),
            () => { Keltner i = new(20, 10, 2); return (k, b) => Band(i.Next(k.High[b], k.Low[b], k.Close[b])); }),
        Three("adx", [14, 14, 27], (k, a, b, c) => Adx.Compute(k.High, k.Low, k.Close, 14, a, b, c),
            () => { Adx i = new(14); return (k, b) => i.Next(k.High[b], k.Low[b], k.Close[b]) is var v ? [v.PlusDi, v.MinusDi, v.Adx] : []; }),
        new("ichimoku", [8, 25, 51, 77], k =>
        {
            IchimokuValue[] values = new IchimokuValue[k.Count];
            Ichimoku.Compute(k.High, k.Low, 9, 26, 52, values);
            return [[.. values.Select(v => v.Conversion)], [.. values.Select(v => v.Base)], [.. values.Select(v => v.SpanA)], [.. values.Select(v => v.SpanB)]];
        }, Run(4, () => { Ichimoku i = new(9, 26, 52); return (k, b) => i.Next(k.High[b], k.Low[b]) is var v ? [v.Conversion, v.Base, v.SpanA, v.SpanB] : []; })),
        new("pivot points", [12, 12, 12], k =>
        {
            PivotValue[] values = new PivotValue[k.Count];
            PivotPoints.Compute(k.OpenTimes, k.High, k.Low, k.Close, values);
            return [[.. values.Select(v => v.Pivot)], [.. values.Select(v => v.R1)], [.. values.Select(v => v.S3)]];
        }, Run(3, () => { PivotPoints i = new(); return (k, b) => i.Next(k.OpenTimes[b], k.High[b], k.Low[b], k.Close[b]) is var v ? [v.Pivot, v.R1, v.S3] : []; })),
    ];

    public override string ToString() => Name;

    private static double[] Band(BandValue value) => [value.Upper, value.Middle, value.Lower];

    private static Func<Klines, int, double[]> Each(Func<double, double> next) => (k, bar) => [next(k.Close[bar])];

    private static Func<Klines, int, double[]> OfBar(Func<double, double, double, double> next) => (k, bar) => [next(k.High[bar], k.Low[bar], k.Close[bar])];

    private static IndicatorForms One(string name, int first, Fill1 batch, Func<Func<Klines, int, double[]>> incremental) => new(name, [first], k =>
    {
        double[] a = new double[k.Count];
        batch(k, a);
        return [a];
    }, Run(1, incremental));

    private static IndicatorForms Two(string name, int[] first, Fill2 batch, Func<Func<Klines, int, double[]>> incremental) => new(name, first, k =>
    {
        double[] a = new double[k.Count], b = new double[k.Count];
        batch(k, a, b);
        return [a, b];
    }, Run(2, incremental));

    private static IndicatorForms Three(string name, int[] first, Fill3 batch, Func<Func<Klines, int, double[]>> incremental) => new(name, first, k =>
    {
        double[] a = new double[k.Count], b = new double[k.Count], c = new double[k.Count];
        batch(k, a, b, c);
        return [a, b, c];
    }, Run(3, incremental));

    private static Func<Klines, double[][]> Run(int columns, Func<Func<Klines, int, double[]>> start) => klines =>
    {
        Func<Klines, int, double[]> next = start();
        double[][] all = [.. Enumerable.Range(0, columns).Select(_ => new double[klines.Count])];
        for (int bar = 0; bar < klines.Count; bar++)
        {
            double[] values = next(klines, bar);
            for (int column = 0; column < columns; column++)
                all[column][bar] = values[column];
        }

        return all;
    };
}
