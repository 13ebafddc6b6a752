namespace Runnel.Backtesting;

/// <summary>Turns the size of an order into units when it fills.</summary>
internal static class OrderSizing
{
    /// <summary>Units to open.</summary>
    /// <param name="order">The entry.</param>
    /// <param name="settings">Costs, leverage and lot.</param>
    /// <param name="price">Its fill, slippage included and spread not.</param>
    /// <param name="commission">Fee as a fraction of value.</param>
    /// <param name="available">Margin that is left.</param>
    /// <param name="equity">Equity at the fill.</param>
    /// <param name="trades">What has closed so far.</param>
    /// <returns>0 where the order does not fit or comes to less than a lot.</returns>
    public static double Units(in EntryOrder order, BacktestSettings settings, double price, double commission, double available, double equity, TradeLog trades)
    {
        double unitCost = price * (1 + order.Side * settings.Spread) + price * commission;
        double budget = available * settings.Leverage, value = order.Size.Value;
        switch (order.Size.Kind)
        {
            case SizeKind.Fraction:
                return WholeLots(value * budget / unitCost, settings.Lot);
            case SizeKind.Risk:
                double risk = Risk(order, price);
                return risk > 0 ? WholeLots(Math.Min(value * Math.Max(0, equity) / risk, budget / unitCost), settings.Lot) : 0;
            case SizeKind.Kelly:
                return WholeLots(value * Math.Max(0, trades.Kelly()) * budget / unitCost, settings.Lot);
            default:
                double size = order.Size.Kind == SizeKind.Units ? value : WholeLots(value / unitCost, settings.Lot);
                return size * unitCost <= budget ? size : 0;
        }
    }

    /// <summary>The largest whole number of lots that a size holds.</summary>
    /// <remarks>A quotient within 1e-14 of a whole number is that number: 30 at a price of 100 in lots of 0.1 is 3 lots, not 2.9999999999999996.</remarks>
    public static double WholeLots(double size, double lot) => Math.Floor(size / lot * (1 + 1e-14)) * lot;

    private static double Risk(in EntryOrder order, double price)
    {
        double distance = Math.Abs(price - order.StopLoss);
        if (order.Trail > 0 && !(distance < order.Trail))
            distance = order.Trail;
        return !double.IsNaN(distance) ? distance : throw new BacktestInputException("size.kind", "risk",
            "Give a strategy that sets a stop-loss, a stop_loss of the settings, or a size in fraction, units or cash: without a stop there is no risk to size by.");
    }
}
