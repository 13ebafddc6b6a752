namespace Runnel.Backtesting;

/// <summary>Whether an order is reached on a bar and the price it gets, slippage included.</summary>
internal sealed class FillPrices(Klines klines, BacktestSettings settings)
{
    private readonly double[] open = klines.OpenColumn;
    private readonly double[] high = klines.HighColumn;
    private readonly double[] low = klines.LowColumn;
    private readonly double[] close = klines.CloseColumn;

    /// <summary>Price of a market order that is recorded on a bar, before slippage.</summary>
    public double AtMarket(int bar) => settings.TradeOnClose ? close[bar] : open[bar];

    public double Slipped(double price, int side) => price * (1 + side * settings.Slippage);

    /// <summary>Whether an entry fills on a bar; then the bar it is recorded on and its price.</summary>
    public bool Enters(in EntryOrder order, int bar, out int at, out double price)
    {
        at = bar;
        switch (order.Kind)
        {
            case EntryKind.Market:
                at = settings.TradeOnClose ? bar - 1 : bar;
                price = Slipped(AtMarket(at), order.Side);
                return true;
            case EntryKind.Stop when order.Side > 0 ? high[bar] >= order.Price : low[bar] <= order.Price:
                price = Slipped(order.Side > 0 ? Math.Max(open[bar], order.Price) : Math.Min(open[bar], order.Price), order.Side);
                return true;
            case EntryKind.Limit when order.Side > 0 ? low[bar] <= order.Price : high[bar] >= order.Price:
                price = order.Side > 0 ? Math.Min(open[bar], order.Price) : Math.Max(open[bar], order.Price);
                return true;
            default:
                price = double.NaN;
                return false;
        }
    }

    /// <summary>Whether a level of an open trade is reached on a bar; then the price and which. Stop before liquidation before target.</summary>
    public bool Exits(in Position position, int bar, out double price, out ExitReason reason)
    {
        bool isLong = position.Units > 0;
        double first = open[bar], worst = isLong ? low[bar] : high[bar], best = isLong ? high[bar] : low[bar];
        bool gapped = isLong ? first <= position.Liquidation : first >= position.Liquidation;
        bool stopped = isLong ? worst <= position.StopLoss : worst >= position.StopLoss;
        bool stopIsFarther = isLong ? position.StopLoss < position.Liquidation : position.StopLoss > position.Liquidation;
        if (stopped && !gapped && !stopIsFarther)
        {
            price = Slipped(isLong ? Math.Min(first, position.StopLoss) : Math.Max(first, position.StopLoss), isLong ? -1 : 1);
            reason = position.HasTrailed ? ExitReason.TrailingStop : ExitReason.StopLoss;
            return true;
        }

        if (isLong ? worst <= position.Liquidation : worst >= position.Liquidation)
        {
            price = Margin.BankruptcyPrice(isLong ? TradeSide.Long : TradeSide.Short, position.EntryPrice, settings.Leverage);
            reason = ExitReason.Liquidation;
            return true;
        }

        price = isLong ? Math.Max(first, position.TakeProfit) : Math.Min(first, position.TakeProfit);
        reason = ExitReason.TakeProfit;
        return isLong ? best >= position.TakeProfit : best <= position.TakeProfit;
    }
}
