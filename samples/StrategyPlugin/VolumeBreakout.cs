using Runnel.Backtesting;

namespace StrategyPlugin;

/// <summary>Buys a new high that comes with much volume; a trailing stop is the way out.</summary>
[Strategy("volume_breakout", Title = "Volume breakout", Summary = "Buys where the close is above the highest high of the bars before and volume is a multiple of its average; leaves by a trailing stop.")]
public sealed class VolumeBreakout(
    [Parameter(2, 1_000, "bars of the channel and of the average volume.")] int length = 20,
    [Parameter(0, 100, "how many times the average the volume has to be.")] double factor = 1.5,
    [Parameter(0.1, 100, "average true ranges from the best price to the stop.")] double width = 3) : IStrategy
{
    private readonly Highest highest = new(length);
    private readonly Sma volume = new(length);
    private readonly Atr atr = new(14);
    private double channel = double.NaN;

    public int FirstBar => 0;

    public void OnBar(StrategyContext context)
    {
        double before = channel, usual = volume.Next(context.Volume), range = atr.Next(context.High, context.Low, context.Close);
        channel = highest.Next(context.High);
        if (context.Side == 0 && context.Close > before && context.Volume > factor * usual && range > 0)
            context.Enter(TradeSide.Long, trail: width * range);
    }
}
