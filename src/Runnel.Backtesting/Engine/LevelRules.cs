namespace Runnel.Backtesting;

/// <summary>Gives entries the levels that the settings ask for where the strategy set none.</summary>
internal sealed class LevelRules(BacktestSettings settings, PriceGrid grid, IndicatorSource indicators)
{
    private readonly double[]? stopRange = RangeOf(settings.StopLoss, indicators);
    private readonly double[]? targetRange = RangeOf(settings.TakeProfit, indicators);
    private readonly double[]? trailRange = RangeOf(settings.TrailingStop, indicators);

    public static bool AreSet(BacktestSettings settings) =>
        settings.StopLoss is not null || settings.TakeProfit is not null || settings.TrailingStop is not null;

    /// <summary>Sets what does not depend on the size.</summary>
    /// <param name="order">A copy of the entry that fills.</param>
    /// <param name="bar">Its bar: ranges are those of the bar before.</param>
    /// <param name="entry">Its price.</param>
    /// <returns>False where a range has no value yet.</returns>
    public bool SetBeforeSizing(ref EntryOrder order, int bar, double entry)
    {
        if (double.IsNaN(order.StopLoss) && settings.StopLoss is { Kind: not LevelKind.Risk } stop)
        {
            order.StopLoss = grid.Round(entry - order.Side * Distance(stop, stopRange, bar, entry), -order.Side);
            if (double.IsNaN(order.StopLoss))
                return false;
        }

        if (double.IsNaN(order.TakeProfit) && settings.TakeProfit is { Kind: not LevelKind.Risk } target)
        {
            order.TakeProfit = grid.Round(entry + order.Side * Distance(target, targetRange, bar, entry), order.Side);
            if (double.IsNaN(order.TakeProfit))
                return false;
        }

        if (!(order.Trail > 0) && settings.TrailingStop is { } trail)
        {
            order.Trail = Distance(trail, trailRange, bar, entry);
            return order.Trail > 0;
        }

        return true;
    }

    /// <summary>Sets what is measured by risk.</summary>
    /// <exception cref="BacktestInputException">A target in multiples of the stop's distance, and there is no stop.</exception>
    public void SetAfterSizing(ref EntryOrder order, double entry, double units, double equity)
    {
        if (double.IsNaN(order.StopLoss) && settings.StopLoss is { Kind: LevelKind.Risk } stop)
            order.StopLoss = grid.Round(entry - order.Side * (stop.Value * Math.Max(0, equity) / units), -order.Side);
        if (!double.IsNaN(order.TakeProfit) || settings.TakeProfit is not { Kind: LevelKind.Risk } target)
            return;
        double distance = Math.Abs(entry - order.StopLoss); // a gap may open beyond the stop
        if (order.Trail > 0 && !(distance < order.Trail))
            distance = order.Trail;
        if (double.IsNaN(distance))
            throw new BacktestInputException("take_profit.kind", "risk", "Give a stop_loss or trailing_stop too, or a strategy that sets one: without a stop there is no risk to take multiples of.");
        order.TakeProfit = grid.Round(entry + order.Side * target.Value * distance, order.Side);
    }

    private static double Distance(LevelRule rule, double[]? range, int bar, double entry) => rule.Kind switch
    {
        LevelKind.Percent => rule.Value * entry,
        LevelKind.Atr => bar > 0 ? rule.Value * range![bar - 1] : double.NaN,
        _ => rule.Value,
    };

    private static double[]? RangeOf(LevelRule? rule, IndicatorSource indicators) => rule is { Kind: LevelKind.Atr } given ? indicators.Atr(given.Period) : null;
}
