namespace Runnel.Backtesting;

/// <summary>Every indicator that expressions know.</summary>
internal static class IndicatorCatalogue
{
    private const double Longest = 100_000;
    private const double LongestSummed = 2_000; // these sum each window anew: time a bar grows with the length

    public static IndicatorDefinition[] All { get; } =
    [
        One("sma", "mean of the last values", [Length()], c =>
        {
            if (c.IsClose)
                Sma.Compute(c.Klines.CloseSums, c.Int(0), c[0]);
            else
                Sma.Compute(c.Input, c.Int(0), c[0]);
        }),
        One("ema", "exponential average", [Length()], c => Ema.Compute(c.Input, c.Int(0), c[0])) with { Settle = a => (int)a[0] - 1 },
        One("wma", "average with weights 1 to length", [Length(most: LongestSummed)], c => Wma.Compute(c.Input, c.Int(0), c[0])),
        One("dema", "double exponential average", [Length()], c => Dema.Compute(c.Input, c.Int(0), c[0])) with { Settle = a => 2 * ((int)a[0] - 1) },
        One("tema", "triple exponential average", [Length()], c => Tema.Compute(c.Input, c.Int(0), c[0])) with { Settle = a => 3 * ((int)a[0] - 1) },
        One("hma", "Hull average", [Length(least: 2, most: LongestSummed)], c => Hma.Compute(c.Input, c.Int(0), c[0])),
        One("rsi", "relative strength index, 0 to 100", [Length(14)], c => Rsi.Compute(c.Input, c.Int(0), c[0])),
        One("momentum", "difference to the value length bars before", [Length()], c => Momentum.Compute(c.Input, c.Int(0), c[0])),
        One("roc", "percent change from the value length bars before", [Length()], c => Roc.Compute(c.Input, c.Int(0), c[0])),
        One("stddev", "population standard deviation", [Length(most: LongestSummed)], c => StandardDeviation.Compute(c.Input, c.Int(0), c[0])) with { Aliases = ["standard_deviation", "stdev"] },
        One("highest", "largest of the last values, the current one included", [Length()], c => Highest.Compute(c.Input, c.Int(0), c[0])),
        One("lowest", "smallest of the last values, the current one included", [Length()], c => Lowest.Compute(c.Input, c.Int(0), c[0])),
        One("linreg", "least-squares line at the current bar, and its slope a bar", [Length(most: LongestSummed)], c => LinearRegression.Compute(c.Input, c.Int(0), c[0], c[1]))
            with { Outputs = ["value", "slope"], Aliases = ["linear_regression"] },
        One("macd", "moving average convergence divergence", [Length(12, name: "fast"), Length(26, name: "slow"), Length(9, name: "signal")],
            c => Macd.Compute(c.Input, c.Int(0), c.Int(1), c.Int(2), c[0], c[1], c[2]))
            with { Outputs = ["line", "signal", "histogram"], Settle = a => (int)Math.Max(a[0], a[1]) + (int)a[2] - 2 },
        One("bollinger", "average and standard deviations round it", [Length(20, most: LongestSummed), Width(2)],
            c => Bollinger.Compute(c.Input, c.Int(0), c.Arguments[1], c[0], c[1], c[2])) with { Outputs = Bands, HasMainOutput = false, Aliases = ["bb", "bbands"] },
        One("stoch_rsi", "stochastic oscillator of the RSI, 0 to 100", [Length(14, name: "rsi"), Length(14), Length(3, name: "smooth"), Length(3, name: "signal")],
            c => StochRsi.Compute(c.Input, c.Int(0), c.Int(1), c.Int(2), c.Int(3), c[0], c[1])) with { Outputs = ["k", "d"], Aliases = ["stochrsi"] },
        Bars("true_range", "largest of high - low and the distances to the close before", [], c => TrueRange.Compute(c.Klines.High, c.Klines.Low, c.Klines.Close, c[0])) with { Aliases = ["tr"] },
        Bars("atr", "Wilder's average true range", [Length(14)], c => Atr.Compute(c.Klines.High, c.Klines.Low, c.Klines.Close, c.Int(0), c[0])),
        Bars("adx", "Wilder's directional movement, 0 to 100", [Length(14)], c => Adx.Compute(c.Klines.High, c.Klines.Low, c.Klines.Close, c.Int(0), c[1], c[2], c[0]))
            with { Outputs = ["adx", "plus_di", "minus_di"] },
        Bars("stochastic", "place of the close in the range of the last bars, 0 to 100", [Length(14), Length(3, name: "smooth"), Length(3, name: "signal")],
            c => Stochastic.Compute(c.Klines.High, c.Klines.Low, c.Klines.Close, c.Int(0), c.Int(1), c.Int(2), c[0], c[1])) with { Outputs = ["k", "d"], Aliases = ["stoch"] },
        Bars("cci", "commodity channel index", [Length(20, most: LongestSummed)], c => Cci.Compute(c.Klines.High, c.Klines.Low, c.Klines.Close, c.Int(0), c[0])),
        Bars("williams_r", "distance below the highest high, -100 to 0", [Length(14)], c => WilliamsR.Compute(c.Klines.High, c.Klines.Low, c.Klines.Close, c.Int(0), c[0])) with { Aliases = ["willr"] },
        Bars("keltner", "exponential average and average true ranges round it", [Length(20), Length(10, name: "range"), Width(2)],
            c => Keltner.Compute(c.Klines.High, c.Klines.Low, c.Klines.Close, c.Int(0), c.Int(1), c.Arguments[2], c[0], c[1], c[2]))
            with { Outputs = Bands, HasMainOutput = false, Settle = a => (int)Math.Max(a[0], a[1]) - 1 },
        Bars("donchian", "highest high and lowest low, the current bar included", [Length(20)],
            c => Donchian.Compute(c.Klines.High, c.Klines.Low, c.Int(0), c[0], c[1], c[2])) with { Outputs = Bands, HasMainOutput = false },
        Bars("supertrend", "line that follows the trend, and 1 up or -1 down", [Length(10), Width(3)],
            c => SuperTrend.Compute(c.Klines.High, c.Klines.Low, c.Klines.Close, c.Int(0), c.Arguments[1], c[0], c[1])) with { Outputs = ["line", "direction"] },
        Bars("psar", "Wilder's parabolic stop and reverse", [new("step", 0.02, 0.0001, 1, false), new("limit", 0.2, 0.0001, 1, false)],
            c => ParabolicSar.Compute(c.Klines.High, c.Klines.Low, c.Arguments[0], c.Arguments[1], c[0])) with { Aliases = ["parabolic_sar"] },
        Bars("ichimoku", "conversion and base line, and the cloud as drawn at the bar", [Length(9, name: "conversion"), Length(26, name: "base"), Length(52, name: "span")], LongFunctions.Ichimoku)
            with { Outputs = ["conversion", "base", "span_a", "span_b"], HasMainOutput = false },
        Bars("obv", "on-balance volume", [], c => Obv.Compute(c.Klines.Close, c.Klines.Volume, c[0])),
        Bars("mfi", "money flow index, 0 to 100", [Length(14)], c => Mfi.Compute(c.Klines.High, c.Klines.Low, c.Klines.Close, c.Klines.Volume, c.Int(0), c[0])),
        Bars("vwap", "volume-weighted price since 00:00 UTC", [], c => Vwap.Compute(c.Klines.OpenTimes, c.Klines.High, c.Klines.Low, c.Klines.Close, c.Klines.Volume, c[0])),
        Bars("pivot", "floor-trader levels of the UTC day before", [], LongFunctions.Pivot) with { Outputs = ["pivot", "r1", "s1", "r2", "s2", "r3", "s3"] },
        new()
        {
            Name = "count", Summary = "on how many of the last bars the condition held", Input = IndicatorInputKind.Truth, Parameters = [Length()], Compute = LongFunctions.Count,
        },
        new()
        {
            Name = "bars_since", Summary = "bars since the condition last held, 0 where it does now", Input = IndicatorInputKind.Truth, Parameters = [], HasGaps = true, Compute = LongFunctions.BarsSince,
        },
    ];

    public static Dictionary<string, IndicatorDefinition> ByName { get; } = All
        .SelectMany(d => d.Aliases.Prepend(d.Name).Select(name => (name, d))).ToDictionary(x => x.name, x => x.d, StringComparer.OrdinalIgnoreCase);

    private static string[] Bands => ["upper", "middle", "lower"];

    private static IndicatorParameter Length(double standard = double.NaN, string name = "length", double least = 1, double most = Longest) => new(name, standard, least, most, true);

    private static IndicatorParameter Width(double standard) => new("width", standard, 0, 1_000, false);

    private static IndicatorDefinition One(string name, string summary, IndicatorParameter[] parameters, IndicatorDefinition.Computation compute) => new()
    {
        Name = name,
        Summary = summary,
        Input = IndicatorInputKind.Number,
        Parameters = parameters,
        Compute = compute,
    };

    private static IndicatorDefinition Bars(string name, string summary, IndicatorParameter[] parameters, IndicatorDefinition.Computation compute) => new()
    {
        Name = name,
        Summary = summary,
        Input = IndicatorInputKind.Bars,
        Parameters = parameters,
        Compute = compute,
    };
}
