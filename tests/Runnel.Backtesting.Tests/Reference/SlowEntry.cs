namespace Runnel.Backtesting.Tests;

/// <summary>An entry that waits in the reference engine.</summary>
internal sealed class SlowEntry
{
    public EntryKind Kind;
    public int Side;
    public OrderSize Size;
    public decimal Price;
    public decimal Limit;
    public decimal? StopLoss;
    public decimal? TakeProfit;
    public decimal? Trail;
    public int Group;
    public int LastBar;
}
