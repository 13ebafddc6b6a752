namespace Runnel.Backtesting.Tests;

/// <summary>A trade of the reference engine, open while it has no exit.</summary>
internal sealed class SlowTrade
{
    public int EntryBar;
    public decimal Units;
    public decimal Entry;
    public decimal EntryFee;
    public decimal? StopLoss;
    public decimal? TakeProfit;
    public decimal? Trail;
    public bool HasTrailed;
    public bool FilledAtOpen; // a market entry: all of its bar came after it
    public decimal? Liquidation;
    public int ExitBar;
    public decimal Exit;
    public decimal ExitFee;
    public ExitReason Reason;

    public bool IsLong => Units > 0;

    public decimal Gain(decimal price) => Units * (price - Entry);
}
