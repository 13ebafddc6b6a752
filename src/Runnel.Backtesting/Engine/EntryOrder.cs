namespace Runnel.Backtesting;

internal enum EntryKind
{
    Market,
    Stop,
    Limit,
}

/// <summary>An entry that waits for its fill.</summary>
internal struct EntryOrder
{
    public EntryKind Kind;
    public int Side; // 1 buys, -1 sells short
    public OrderSize Size;
    public double Price; // of a stop or limit order
    public double StopLoss;
    public double TakeProfit;
    public int LastBar; // a stop or limit order that did not fill by then is gone
}
