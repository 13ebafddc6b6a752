using CsCheck;

namespace Runnel.Backtesting.Tests.Declared;

internal static class RandomRules
{
    /// <summary>Conditions that use every kind of series, one or two joined.</summary>
    public static Gen<string>[] Entries { get; } =
    [
        Gen.Const("close > interval(\"4h\", ema(close, 5))"),
        Gen.Const("interval(\"1d\", close > close[1]) and rsi(close, 5) < 60"),
        Gen.Const("cross_above(ema(close - sma(close, 7), 4), 0)"),
        Gen.Const("count(close > open, 5) >= 3 and weekday < 6 and hour > 4"),
        Gen.Const("change(interval(\"12h\", highest(high, 2))) > 0"),
        Gen.Const("close > pivot().pivot or vwap() > close"),
        Gen.Const("interval(\"4h\", count(rising(close), 3) > 1 and atr(3) > 0)"),
        Gen.Const("sma(volume / sma(volume, 5), 3) > 1"),
    ];
}
