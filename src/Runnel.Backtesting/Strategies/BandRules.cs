namespace Runnel.Backtesting;

/// <summary>Against the move: buys below the lower band, closes above the middle; short in the mirror.</summary>
internal readonly struct BandReversionRule(double[] close, double[] upper, double[] middle, double[] lower, int firstBar, TradeDirection direction) : IRule
{
    public int FirstBar => firstBar;

    public bool Acts(int bar, int position) => position switch
    {
        > 0 => close[bar] > middle[bar],
        < 0 => close[bar] < middle[bar],
        _ => (close[bar] < lower[bar]) | (close[bar] > upper[bar]),
    };

    public int Next(int from, int to, int position) => Scan.Next(this, from, to, position);

    public void Act(int bar, Account account)
    {
        if (account.Side != 0)
            account.CloseAll();
        else if (close[bar] < lower[bar] && direction != TradeDirection.ShortOnly)
            account.Enter(1);
        else if (close[bar] > upper[bar] && direction != TradeDirection.LongOnly)
            account.Enter(-1);
    }
}

/// <summary>With the move: buys above the upper band, closes below the middle; short in the mirror.</summary>
internal readonly struct BandBreakoutRule(double[] close, double[] upper, double[] middle, double[] lower, int firstBar, TradeDirection direction) : IRule
{
    public int FirstBar => firstBar;

    public bool Acts(int bar, int position) => position switch
    {
        > 0 => close[bar] < middle[bar],
        < 0 => close[bar] > middle[bar],
        _ => (close[bar] < lower[bar]) | (close[bar] > upper[bar]),
    };

    public int Next(int from, int to, int position) => Scan.Next(this, from, to, position);

    public void Act(int bar, Account account)
    {
        if (account.Side != 0)
            account.CloseAll();
        else if (close[bar] > upper[bar] && direction != TradeDirection.ShortOnly)
            account.Enter(1);
        else if (close[bar] < lower[bar] && direction != TradeDirection.LongOnly)
            account.Enter(-1);
    }
}
