namespace Runnel.Backtesting;

/// <summary>Whether an order is reached within a stretch of prices, and the price it gets.</summary>
internal sealed class FillPrices
{
    private readonly BacktestSettings settings;
    private readonly double[] open;
    private readonly double[] close;
    private readonly double[] volume;
    private readonly double worse; // fraction by which every market and stop fill is
    private readonly bool isPlain;

    public FillPrices(Klines klines, BacktestSettings settings)
    {
        this.settings = settings;
        (open, close, volume) = (klines.OpenColumn, klines.CloseColumn, klines.VolumeColumn);
        worse = settings.Slippage + settings.BidAskSpread / 2;
        Grid = new PriceGrid(settings.Tick);
        HasImpact = settings.VolumeImpact > 0;
        isPlain = !HasImpact && !Grid.IsOn && settings.SlippageAmount == 0;
    }

    public PriceGrid Grid { get; }

    public bool HasImpact { get; }

    /// <summary>Price of a market order that is recorded on a bar, before slippage.</summary>
    public double AtMarket(int bar) => settings.TradeOnClose ? close[bar] : open[bar];

    /// <summary>Price of a market or stop fill of so many units.</summary>
    public double Slipped(double price, int side, double units, int bar) =>
        isPlain ? price * (1 + side * worse) : SlippedInDetail(price, side, units, bar);

    /// <summary>The same for an entry, which a limit may bound.</summary>
    public double Slipped(in EntryFill fill, int side, double units)
    {
        if (!fill.IsTaker)
            return fill.Price;
        double price = Slipped(fill.Price, side, units, fill.Bar);
        return side * price > side * fill.Worst ? fill.Worst : price;
    }

    /// <summary>Whether an entry fills within a bar or a part of one; a stop-limit entry that is triggered becomes a limit entry.</summary>
    public bool Enters(ref EntryOrder order, int bar, in BarPrices prices, out EntryFill fill)
    {
        fill = default;
        switch (order.Kind)
        {
            case EntryKind.Market:
                fill = Market(bar);
                return true;
            case EntryKind.Stop when order.Side > 0 ? prices.High >= order.Price : prices.Low <= order.Price:
                fill = new EntryFill(bar, order.Side > 0 ? Math.Max(prices.Open, order.Price) : Math.Min(prices.Open, order.Price), isTaker: true);
                return true;
            case EntryKind.Limit when order.Side > 0 ? prices.Low <= order.Price : prices.High >= order.Price:
                fill = new EntryFill(bar, order.Side > 0 ? Math.Min(prices.Open, order.Price) : Math.Max(prices.Open, order.Price), isTaker: false);
                return true;
            case EntryKind.StopLimit when order.Side > 0 ? prices.High >= order.Price : prices.Low <= order.Price:
                return EntersAtLimit(ref order, bar, prices, out fill);
            default:
                return false;
        }
    }

    public EntryFill Market(int bar)
    {
        int at = settings.TradeOnClose ? bar - 1 : bar;
        return new EntryFill(at, AtMarket(at), isTaker: true);
    }

    /// <summary>Turns a triggered stop-limit entry into a limit entry, unless it fills at the price of its trigger.</summary>
    public static bool Triggers(ref EntryOrder order, int bar, double price, out EntryFill fill)
    {
        double limit = order.LimitPrice;
        (order.Kind, order.Price) = (EntryKind.Limit, limit);
        fill = new EntryFill(bar, price, isTaker: true, limit);
        return order.Side * price <= order.Side * limit;
    }

    /// <summary>Whether a level of an open trade is reached; then the price and which. Stop before liquidation before target.</summary>
    public bool Exits(in Position position, int bar, in BarPrices prices, out double price, out ExitReason reason)
    {
        bool isLong = position.Units > 0;
        double first = prices.Open, worst = isLong ? prices.Low : prices.High, best = isLong ? prices.High : prices.Low;
        bool gapped = isLong ? first <= position.Liquidation : first >= position.Liquidation;
        bool stopped = isLong ? worst <= position.StopLoss : worst >= position.StopLoss;
        bool stopIsFarther = isLong ? position.StopLoss < position.Liquidation : position.StopLoss > position.Liquidation;
        if (stopped && !gapped && !stopIsFarther)
        {
            price = Slipped(isLong ? Math.Min(first, position.StopLoss) : Math.Max(first, position.StopLoss), isLong ? -1 : 1, Math.Abs(position.Units), bar);
            reason = position.HasTrailed ? ExitReason.TrailingStop : ExitReason.StopLoss;
            return true;
        }

        if (isLong ? worst <= position.Liquidation : worst >= position.Liquidation)
        {
            price = Bankruptcy(position);
            reason = ExitReason.Liquidation;
            return true;
        }

        price = isLong ? Math.Max(first, position.TakeProfit) : Math.Min(first, position.TakeProfit);
        reason = ExitReason.TakeProfit;
        return isLong ? best >= position.TakeProfit : best <= position.TakeProfit;
    }

    public double Bankruptcy(in Position position) =>
        Margin.BankruptcyPrice(position.Units > 0 ? TradeSide.Long : TradeSide.Short, position.EntryPrice, settings.Leverage);

    // After the trigger inside the bar, only what the bar still did for sure: it went on from an open beyond the trigger, or to its close.
    private static bool EntersAtLimit(ref EntryOrder order, int bar, in BarPrices prices, out EntryFill fill)
    {
        int side = order.Side;
        double trigger = order.Price, limit = order.LimitPrice;
        if (Triggers(ref order, bar, side > 0 ? Math.Max(prices.Open, trigger) : Math.Min(prices.Open, trigger), out fill))
            return true;
        fill = new EntryFill(bar, limit, isTaker: false);
        bool opensBeyond = side * prices.Open >= side * trigger;
        return opensBeyond ? (side > 0 ? prices.Low <= limit : prices.High >= limit) : side * prices.Close <= side * limit;
    }

    private double SlippedInDetail(double price, int side, double units, int bar)
    {
        double share = units > 0 ? Math.Min(1, units / volume[bar]) : 0; // no volume: all of it
        double slipped = price * (1 + side * (worse + settings.VolumeImpact * share * share)) + side * settings.SlippageAmount;
        return Grid.Round(Math.Max(slipped, 0), side);
    }
}
