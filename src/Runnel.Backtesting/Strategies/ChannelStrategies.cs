namespace Runnel.Backtesting;

internal static class ChannelStrategies
{
    public static StrategyInfo[] All { get; } =
    [
        Bands("bollinger", "Bollinger reversion",
            "Buys while flat when the close is below the lower band and closes when it is above the middle; sells short above the upper "
            + "band, in the mirror, where shorts are allowed.", ["bollinger_mr", "bollinger_bands", "bb", "bollinger mean reversion", "bbands"],
            (run, b, first) => run.Loop(new BandReversionRule(run.Klines.CloseColumn, b.Upper, b.Middle, b.Lower, first, run.Direction))),
        Bands("bollinger_breakout", "Bollinger breakout",
            "Buys while flat when the close is above the upper band and closes when it is below the middle; sells short below the lower "
            + "band, in the mirror, where shorts are allowed.", ["bb_breakout"],
            (run, b, first) => run.Loop(new BandBreakoutRule(run.Klines.CloseColumn, b.Upper, b.Middle, b.Lower, first, run.Direction))),
        new("donchian", "Donchian breakout",
            "Buys when the close is above the highest high of the n bars before, closes when it is below the lowest low of the m bars "
            + "before; sells short in the mirror where shorts are allowed. A breakout against an open position turns it.",
            Periods(),
            (values, run) => run.Loop(new DonchianRule(run.Klines.CloseColumn, Of(run, values.Int("n")), Of(run, values.Int("m")),
                1 + Math.Max(values.Int("n"), values.Int("m")), run.Direction)))
        {
            Aliases = ["donchian_breakout", "donchian_channel", "turtle", "turtle breakout", "channel breakout"],
        },
        new("donchian_stop", "Donchian stop entry",
            "While flat, a stop order waits for one bar at the highest high of the last n bars, replaced at each close; closes when the "
            + "close is below the lowest low of the m bars before. Short only: the mirror.",
            Periods(),
            (values, run) => run.Loop(new DonchianStopRule(run.Klines.CloseColumn, Of(run, values.Int("n")), Of(run, values.Int("m")),
                1 + Math.Max(values.Int("n") - 1, values.Int("m")), run.Direction == TradeDirection.LongOnly ? 1 : -1)))
        {
            Aliases = ["donchian_stop_entry", "turtle_stop"],
            Directions = [TradeDirection.LongOnly, TradeDirection.ShortOnly],
        },
    ];

    private static StrategyInfo Bands(string name, string title, string summary, string[] aliases,
        Action<Run, (double[] Upper, double[] Middle, double[] Lower), int> start) => new(name, title, summary,
        [Parameters.Period("n", 20, "bars of the bands.", ["bollinger", "bb"], minimum: 2, maximum: 10_000),
         Parameters.Number("k", 2, 0, 100, "standard deviations from the middle to a band.", "std", "std_dev", "deviations", "num_std", "mult", "multiplier", "width")],
        (values, run) => start(run, run.Indicators.Bollinger(values.Int("n"), values["k"]), values.Int("n")))
        {
            Aliases = aliases,
        };

    private static StrategyParameter[] Periods() =>
    [
        Parameters.Period("n", 20, "bars of the entry channel.", ["entry", "channel", "donchian"]),
        Parameters.Period("m", 10, "bars of the exit channel.", ["exit"]),
    ];

    private static Channel Of(Run run, int period) => new(run.Indicators.HighestHigh(period), run.Indicators.LowestLow(period));
}
