namespace Runnel.Backtesting;

/// <summary>A trade that is open in the account. NaN stands for a level that is not set: no comparison with it holds.</summary>
internal struct Position
{
    public int EntryBar;
    public double Units; // negative when short
    public double EntryPrice;
    public double EntryFee;
    public double StopLoss;
    public double TakeProfit;
    public double Trail; // distance of the stop from the best price so far
    public bool HasTrailed; // the stop in force comes from the trail
    public double Liquidation;
    public int FilledInside; // bar of a fill between open and close, whose extremes may be older than the trade; -1 for none
    public bool FilledNow; // by a market entry on the bar being worked on
}
