namespace Runnel.Backtesting;

/// <summary>Buys where the RSI comes back above the low level and sells short where it comes back below the high one, with brackets
/// measured from the close; leaves at the exit level (100 less it for shorts).</summary>
internal readonly struct RsiRule(double[] rsi, double[] close, RsiLevels levels, int firstBar, TradeDirection direction) : IRule
{
    public int FirstBar => firstBar;

    public bool Acts(int bar, int position)
    {
        double before = rsi[bar - 1], now = rsi[bar];
        return position switch
        {
            > 0 => now > levels.Exit,
            < 0 => now < 100 - levels.Exit,
            _ => ((before < levels.Low) & (now >= levels.Low)) | ((before > levels.High) & (now <= levels.High)),
        };
    }

    public int Next(int from, int to, int position) => Scan.Next(this, from, to, position);

    public void Act(int bar, Account account)
    {
        if (account.Side != 0)
        {
            account.CloseAll();
            return;
        }

        // With low > high both can hold; the long is asked first.
        if (rsi[bar - 1] < levels.Low && rsi[bar] >= levels.Low && direction != TradeDirection.ShortOnly)
            account.Enter(1, Level(bar, -levels.StopLoss), Level(bar, levels.TakeProfit));
        else if (rsi[bar - 1] > levels.High && rsi[bar] <= levels.High && direction != TradeDirection.LongOnly)
            account.Enter(-1, Level(bar, levels.StopLoss), Level(bar, -levels.TakeProfit));
    }

    private double Level(int bar, double distance) => distance == 0 ? double.NaN : close[bar] * (1 + distance);
}
