namespace Runnel.Backtesting;

/// <summary>Buys one more time at each fall of the RSI below the low level, up to a number of open trades; closes all above the high
/// level. Short in the mirror (100 less each level).</summary>
internal readonly struct RsiLadderRule(double[] rsi, double low, double high, int mostOpen, int firstBar, int side) : IRule
{
    public int FirstBar => firstBar;

    public bool Acts(int bar, int position) => (position != 0 && Of(bar) > high) | ((Of(bar - 1) >= low) & (Of(bar) < low));

    public int Next(int from, int to, int position) => Scan.Next(this, from, to, position);

    public void Act(int bar, Account account)
    {
        if (account.Side != 0 && Of(bar) > high)
            account.CloseAll();
        else if (Of(bar - 1) >= low && Of(bar) < low && account.OpenCount < mostOpen)
            account.Enter(side);
    }

    private double Of(int bar) => side > 0 ? rsi[bar] : 100 - rsi[bar];
}
