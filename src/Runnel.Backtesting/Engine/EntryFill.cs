namespace Runnel.Backtesting;

/// <summary>Where an entry fills, before slippage.</summary>
internal readonly struct EntryFill(int bar, double price, bool isTaker, double worst = double.NaN)
{
    public readonly int Bar = bar; // it is recorded on
    public readonly double Price = price;
    public readonly bool IsTaker = isTaker; // takes liquidity: slips and pays the taker's fee
    public readonly double Worst = worst; // a limit that slippage cannot pass; NaN for none
}
