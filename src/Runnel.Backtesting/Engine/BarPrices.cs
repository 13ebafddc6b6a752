namespace Runnel.Backtesting;

/// <summary>The prices of a bar, or of the part of one that is being worked off.</summary>
internal readonly struct BarPrices(double open, double high, double low, double close)
{
    public readonly double Open = open;
    public readonly double High = high;
    public readonly double Low = low;
    public readonly double Close = close;
}
