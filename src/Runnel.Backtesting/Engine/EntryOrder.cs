namespace Runnel.Backtesting;

/// <summary>An entry that waits for its fill.</summary>
internal struct EntryOrder
{
    public EntryKind Kind;
    public int Side; // 1 buys, -1 sells short
    public OrderSize Size;
    public double Price; // of a stop or limit order, or the trigger of a stop-limit order
    public double LimitPrice; // of a stop-limit order
    public double StopLoss;
    public double TakeProfit;
    public double Trail; // distance of a trailing stop; 0 or NaN for none
    public int Group; // one of a group cancels the others when it fills; 0 for none
    public int LastBar; // a stop or limit order that did not fill by then is gone
}
