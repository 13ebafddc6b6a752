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
    public double Liquidation;
    public bool FilledNow; // by an entry of the bar being worked on
}
