namespace Runnel.Backtesting;

internal static class AccumulationStrategies
{
    private const string OneSided = " Short only: the mirror.";

    public static StrategyInfo[] All { get; } =
    [
        new("buy_hold", "Buy and hold", "Buys at the first bar and never sells." + OneSided, [],
            (_, run) => run.Loop(new ScheduleRule(int.MaxValue, 1, SideOf(run))))
        {
            Aliases = ["buy_and_hold", "hodl", "hold"],
            Directions = [TradeDirection.LongOnly, TradeDirection.ShortOnly],
        },
        new("dca", "Dollar cost averaging",
            "Buys at the first bar and every so many bars after, each buy a trade of its own, and never sells. Give a size in units or cash: a "
            + "fraction of what is left shrinks with each buy." + OneSided,
            [Parameters.Period("every", 24, "bars from one buy to the next.", ["interval", "n", "frequency"]),
             Parameters.Period("max_open", 1000, "trades open at once.", ["max_trades", "max_positions", "max_entries"])],
            (values, run) => run.Loop(new ScheduleRule(values.Int("every"), values.Int("max_open"), SideOf(run))))
        {
            Aliases = ["dollar_cost_average", "cost averaging"],
            Directions = [TradeDirection.LongOnly, TradeDirection.ShortOnly],
        },
        new("grid", "Grid",
            "Buys while flat, then one more time whenever the close is a step below the entry of the last trade, up to a number of open trades; "
            + "each trade takes its profit a step above the close that called for it. Give a size in units or cash." + OneSided,
            [Parameters.Number("step", 0.01, 0.0001, 0.99, "distance of two levels as a fraction of the price.", "spacing", "grid_step", "step_pct", "grid_size", "distance"),
             Parameters.Period("max_open", 10, "trades open at once.", ["levels", "grids", "max_trades", "max_positions", "grid_levels"])],
            (values, run) => run.Loop(new GridRule(run.Klines.CloseColumn, values["step"], values.Int("max_open"), SideOf(run))))
        {
            Aliases = ["grid_trading", "grid bot"],
            Directions = [TradeDirection.LongOnly, TradeDirection.ShortOnly],
        },
    ];

    private static int SideOf(Run run) => run.Direction == TradeDirection.LongOnly ? 1 : -1;
}
