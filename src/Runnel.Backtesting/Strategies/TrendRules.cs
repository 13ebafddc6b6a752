namespace Runnel.Backtesting;

/// <summary>Takes the side of a direction series (1 up, -1 down) whenever it changes.</summary>
internal readonly struct DirectionRule(double[] trend, int firstBar, TradeDirection direction) : IRule
{
    public int FirstBar => firstBar;

    public bool Acts(int bar, int position) => trend[bar] != trend[bar - 1];

    public int Next(int from, int to, int position) => Scan.Next(this, from, to, position);

    public void Act(int bar, Account account) => account.Turn(trend[bar] > 0 ? 1 : -1, direction);
}

/// <summary>Enters at a cross of the close over its average and leaves by a stop that follows the price.</summary>
internal readonly struct TrailRule(double[] close, double[] average, double[] range, double width, int firstBar, TradeDirection direction) : IRule
{
    public int FirstBar => firstBar;

    public bool Acts(int bar, int position) => position == 0
        && (((close[bar - 1] <= average[bar - 1]) & (close[bar] > average[bar])) | ((close[bar - 1] >= average[bar - 1]) & (close[bar] < average[bar])));

    public int Next(int from, int to, int position) => Scan.Next(this, from, to, position);

    public void Act(int bar, Account account)
    {
        int side = close[bar] > average[bar] ? 1 : -1;
        if (direction == TradeDirection.LongShort || (direction == TradeDirection.LongOnly) == (side > 0))
            account.Enter(side, trail: width * range[bar]);
    }
}

/// <summary>Buys where %K crosses above %D under the low level, sells where it crosses below over the high one.</summary>
internal readonly struct StochasticRule(double[] k, double[] d, double low, double high, int firstBar, TradeDirection direction) : IRule
{
    public int FirstBar => firstBar;

    public bool Acts(int bar, int position) => SideAt(bar) != 0;

    public int Next(int from, int to, int position) => Scan.Next(this, from, to, position);

    public void Act(int bar, Account account) => account.Turn(SideAt(bar), direction);

    private int SideAt(int bar) => (k[bar - 1] <= d[bar - 1]) & (k[bar] > d[bar]) & (k[bar] < low) ? 1
        : (k[bar - 1] >= d[bar - 1]) & (k[bar] < d[bar]) & (k[bar] > high) ? -1 : 0;
}
