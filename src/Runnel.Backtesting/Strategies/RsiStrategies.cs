namespace Runnel.Backtesting;

internal static class RsiStrategies
{
    public static StrategyInfo[] All { get; } =
    [
        new("rsi_mr", "RSI mean reversion",
            "Buys where the RSI comes back to the low level from below, with stop-loss and take-profit measured from that close; closes "
            + "above the exit level. Sells short in the mirror where shorts are allowed (back to the high level from above, out below "
            + "100 less the exit level).",
            [Parameters.Period("n", 14, "bars of the RSI.", ["rsi"]),
             Parameters.Number("lo", 30, 0, 100, "level that an oversold market comes back to.", "low", "oversold", "lower", "buy"),
             Parameters.Number("hi", 70, 0, 100, "level that an overbought market comes back to.", "high", "overbought", "upper", "sell"),
             Parameters.Number("exit_level", 55, 0, 100, "level above which a long is closed.", "exit"),
             Parameters.Number("slp", 0, 0, 0.999, "stop-loss as a fraction of the signal bar's close; 0 for none.", "sl", "stop_loss", "stop_loss_pct", "stop"),
             Parameters.Number("tpp", 0, 0, 0.999, "take-profit as a fraction of the signal bar's close; 0 for none.", "tp", "take_profit", "take_profit_pct", "target")],
            (values, run) => run.Loop(new RsiRule(run.Indicators.Rsi(values.Int("n")), run.Klines.CloseColumn,
                new RsiLevels(values["lo"], values["hi"], values["exit_level"], values["slp"], values["tpp"]), values.Int("n") + 1, run.Direction)))
        {
            Aliases = ["rsi", "rsi reversal", "rsi oversold overbought"],
            Check = values => values.RequireLess("lo", "hi"),
        },
        new("dca_rsi", "RSI pyramiding",
            "Buys one more time at each fall of the RSI below the low level, each buy a trade of its own, up to a number of open trades; "
            + "closes them all above the high level. Short only: the mirror.",
            [Parameters.Period("n", 14, "bars of the RSI.", ["rsi"]),
             Parameters.Number("lo", 30, 0, 100, "level whose crossing from above buys.", "low", "oversold", "lower", "buy"),
             Parameters.Number("hi", 65, 0, 100, "level above which everything is closed.", "high", "overbought", "upper", "sell", "exit"),
             Parameters.Period("max_open", 5, "trades open at once.", ["max_trades", "max_positions", "max_entries"])],
            (values, run) => run.Loop(new RsiLadderRule(run.Indicators.Rsi(values.Int("n")), values["lo"], values["hi"], values.Int("max_open"),
                values.Int("n") + 1, run.Direction == TradeDirection.LongOnly ? 1 : -1)))
        {
            Aliases = ["rsi dca", "rsi ladder"],
            Directions = [TradeDirection.LongOnly, TradeDirection.ShortOnly],
            Check = values => values.RequireLess("lo", "hi"),
        },
    ];
}
