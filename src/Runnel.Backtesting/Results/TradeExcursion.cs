namespace Runnel.Backtesting;

/// <summary>How far the price went against and for a trade while it was open, in percent of its entry price.</summary>
/// <param name="AdversePercent">Worst price against the trade, 0 or below: maximum adverse excursion.</param>
/// <param name="FavorablePercent">Best price for the trade, 0 or above: maximum favorable excursion.</param>
/// <remarks>Source: J. Sweeney, Campaign Trading, 1996. Entry and exit bar count whole: what their prices were before the entry or after
/// the exit is not known.</remarks>
public readonly record struct TradeExcursion(double AdversePercent, double FavorablePercent)
{
    /// <summary>Works it out.</summary>
    /// <param name="trade">A closed trade.</param>
    /// <param name="klines">The klines of its run.</param>
    /// <exception cref="ArgumentOutOfRangeException">The trade is of other klines: they have not its bars.</exception>
    public static TradeExcursion Of(in Trade trade, Klines klines)
    {
        int count = trade.ExitBar - trade.EntryBar + 1;
        double high = 0, low = double.PositiveInfinity;
        foreach (double price in klines.High.Slice(trade.EntryBar, count))
            high = Math.Max(high, price);
        foreach (double price in klines.Low.Slice(trade.EntryBar, count))
            low = Math.Min(low, price);
        double up = Math.Max(0, (high / trade.EntryPrice - 1) * 100), down = Math.Min(0, (low / trade.EntryPrice - 1) * 100);
        return trade.Side == TradeSide.Long ? new TradeExcursion(down, up) : new TradeExcursion(-up, -down);
    }
}
