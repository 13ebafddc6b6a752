namespace Runnel.Backtesting;

internal static class TrendStrategies
{
    public static StrategyInfo[] All { get; } =
    [
        new("supertrend", "SuperTrend",
            "Buys when the SuperTrend turns up and closes when it turns down; sells short then, in the mirror, where shorts are allowed.",
            [Parameters.Period("n", 10, "bars of the average true range.", ["atr"]),
             Parameters.Number("k", 3, 0.01, 100, "average true ranges from the middle to a band.", "mult", "multiplier", "factor", "width")],
            (values, run) => run.Loop(new DirectionRule(run.Indicators.SuperTrendDirection(values.Int("n"), values["k"]), values.Int("n"), run.Direction)))
        {
            Aliases = ["super_trend"],
        },
        new("stochastic", "Stochastic",
            "Buys where %K crosses above %D while below the low level and closes where it crosses below %D while above the high level; sells "
            + "short then, in the mirror, where shorts are allowed.",
            [Parameters.Period("n", 14, "bars of the range.", ["k", "k_period", "stoch"]),
             Parameters.Period("smooth", 3, "bars over which %K is averaged.", ["smoothing", "smooth_k"]),
             Parameters.Period("signal", 3, "bars over which %D averages %K.", ["d", "d_period"]),
             Parameters.Number("lo", 20, 0, 100, "level under which a cross buys.", "low", "oversold", "lower"),
             Parameters.Number("hi", 80, 0, 100, "level over which a cross sells.", "high", "overbought", "upper")],
            (values, run) =>
            {
                (double[] k, double[] d) = run.Indicators.Stochastic(values.Int("n"), values.Int("smooth"), values.Int("signal"));
                int first = values.Int("n") + values.Int("smooth") + values.Int("signal") - 2;
                run.Loop(new StochasticRule(k, d, values["lo"], values["hi"], first, run.Direction));
            })
        {
            Aliases = ["stoch", "stochastic oscillator"],
            Check = values => values.RequireLess("lo", "hi"),
        },
        new("atr_trailing", "ATR trailing stop",
            "Buys while flat when the close crosses above its exponential average; a stop follows the best price at a distance of k average "
            + "true ranges (of the signal bar) and is the only way out. Sells short at the cross below, in the mirror, where shorts are allowed.",
            [Parameters.Period("n", 50, "bars of the exponential average.", ["trend"]),
             Parameters.Period("atr", 14, "bars of the average true range.", ["m", "atr_length"]),
             Parameters.Number("k", 3, 0.01, 100, "average true ranges from the best price to the stop.", "mult", "multiplier", "atr_mult", "atr_multiplier", "factor", "width")],
            (values, run) => run.Loop(new TrailRule(run.Klines.CloseColumn, run.Indicators.Ema(values.Int("n")), run.Indicators.Atr(values.Int("atr")),
                values["k"], Math.Max(1, Math.Max(values.Int("n"), values.Int("atr"))), run.Direction)))
        {
            Aliases = ["atr_trailing_stop", "chandelier", "trailing_stop"],
        },
    ];
}
