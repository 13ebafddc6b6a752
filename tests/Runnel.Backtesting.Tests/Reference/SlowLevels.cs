namespace Runnel.Backtesting.Tests;

/// <summary>Levels by the settings in the reference engine.</summary>
internal sealed class SlowLevels(Klines klines, BacktestSettings settings, SlowPrices prices)
{
    /// <returns>False where a range has no value yet.</returns>
    public bool BeforeSizing(SlowEntry entry, int bar, decimal price)
    {
        if (entry.StopLoss is null && settings.StopLoss is { Kind: not LevelKind.Risk } stop)
        {
            if (Distance(stop, bar, price) is not { } far)
                return false;
            entry.StopLoss = prices.OnTick(price - entry.Side * far, -entry.Side);
        }

        if (entry.TakeProfit is null && settings.TakeProfit is { Kind: not LevelKind.Risk } target)
        {
            if (Distance(target, bar, price) is not { } far)
                return false;
            entry.TakeProfit = prices.OnTick(price + entry.Side * far, entry.Side);
        }

        if (entry.Trail is null && settings.TrailingStop is { } trail)
        {
            entry.Trail = Distance(trail, bar, price);
            return entry.Trail is not null;
        }

        return true;
    }

    public void AfterSizing(SlowEntry entry, decimal price, decimal units, decimal equity)
    {
        if (entry.StopLoss is null && settings.StopLoss is { Kind: LevelKind.Risk } stop)
            entry.StopLoss = prices.OnTick(price - entry.Side * (decimal)stop.Value * Math.Max(0, equity) / units, -entry.Side);
        if (entry.TakeProfit is null && settings.TakeProfit is { Kind: LevelKind.Risk } target)
        {
            decimal distance = new[] { entry.StopLoss is { } level ? Math.Abs(price - level) : (decimal?)null, entry.Trail }.Min()!.Value;
            entry.TakeProfit = prices.OnTick(price + entry.Side * (decimal)target.Value * distance, entry.Side);
        }
    }

    private decimal? Distance(LevelRule rule, int bar, decimal price) => rule.Kind switch
    {
        LevelKind.Percent => (decimal)rule.Value * price,
        LevelKind.Distance => (decimal)rule.Value,
        _ => (decimal)rule.Value * Range(rule.Period, bar - 1),
    };

    // Wilder: the mean of the first true ranges, then 1/n of each further one. The first bar has no close before it.
    private decimal? Range(int period, int bar)
    {
        if (bar < period - 1)
            return null;
        decimal[] ranges = [.. Enumerable.Range(0, bar + 1).Select(TrueRange)];
        decimal average = ranges[..period].Average();
        foreach (decimal range in ranges[period..])
            average += (range - average) / period;
        return average;
    }

    private decimal TrueRange(int bar)
    {
        SlowBar now = SlowBar.Of(klines, bar);
        if (bar == 0)
            return now.High - now.Low;
        decimal before = (decimal)klines.Close[bar - 1];
        return Math.Max(now.High, before) - Math.Min(now.Low, before);
    }
}
