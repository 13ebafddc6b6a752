namespace Runnel.Backtesting;

/// <summary>One series crossing another: up at bar i where a[i-1] &lt;= b[i-1] and a[i] > b[i], down in the mirror.</summary>
internal readonly struct CrossRule(double[] a, double[] b, int firstBar, TradeDirection direction) : IRule
{
    public int FirstBar => firstBar;

    public bool Acts(int bar, int position)
    {
        double before = a[bar - 1], beforeOther = b[bar - 1], now = a[bar], other = b[bar];
        return ((before <= beforeOther) & (now > other)) | ((before >= beforeOther) & (now < other));
    }

    public void Act(int bar, Account account) => account.Turn(a[bar] > b[bar] ? 1 : -1, direction);
}
