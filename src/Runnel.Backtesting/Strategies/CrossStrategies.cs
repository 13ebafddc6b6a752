namespace Runnel.Backtesting;

internal static class CrossStrategies
{
    private const string Rule = "Buys when the fast line crosses above the slow one and closes when it crosses below; sells short at "
        + "the cross below, in the mirror, where shorts are allowed (closing what is open first).";

    public static StrategyInfo[] All { get; } =
    [
        Averages("sma_cross", "SMA crossover", "simple", 10, 30, ["simple moving average crossover", "ma_cross", "moving average crossover", "golden cross"],
            (run, period) => run.Indicators.Sma(period)),
        Averages("ema_cross", "EMA crossover", "exponential", 12, 26, ["exponential moving average crossover"],
            (run, period) => run.Indicators.Ema(period)),
        new("macd", "MACD crossover", "The MACD line and its signal line. " + Rule,
            [Parameters.Period("fast", 12, "bars of the fast average.", ["short"], required: true),
             Parameters.Period("slow", 26, "bars of the slow average.", ["long"], required: true),
             Parameters.Period("signal", 9, "bars of the signal line.", ["smooth", "smoothing"])],
            (values, run) =>
            {
                (double[] line, double[] signal) = run.Indicators.Macd(values.Int("fast"), values.Int("slow"), values.Int("signal"));
                run.Loop(new CrossRule(line, signal, values.Int("slow") + values.Int("signal") - 1, run.Direction));
            })
        {
            Aliases = ["macd_cross", "macd signal"],
            Check = values => values.RequireLess("fast", "slow"),
        },
    ];

    private static StrategyInfo Averages(string name, string title, string kind, int fast, int slow, string[] aliases,
        Func<Run, int, double[]> average) => new(name, title, $"Two {kind} moving averages of the close. {Rule}",
        [Parameters.Period("fast", fast, "bars of the fast average.", ["short", "n1", "quick"], required: true),
         Parameters.Period("slow", slow, "bars of the slow average.", ["long", "n2"], required: true)],
        (values, run) => run.Loop(new CrossRule(average(run, values.Int("fast")), average(run, values.Int("slow")), values.Int("slow"), run.Direction)))
        {
            Aliases = aliases,
            Check = values => values.RequireLess("fast", "slow"),
        };
}
