namespace Runnel.Backtesting.Tests;

public sealed class Breakout : IStrategy
{
    private readonly Highest highest = new(20);
    private readonly Atr atr = new(14);
    private double channel = double.NaN;

    public int FirstBar => 0;

    public void OnBar(StrategyContext context)
    {
        double before = channel, range = atr.Next(context.High, context.Low, context.Close);
        channel = highest.Next(context.High);
        if (context.Side == 0 && context.Close > before && range > 0)
            context.Enter(TradeSide.Long, stopLoss: context.Close - 2 * range, trail: 3 * range);
    }
}
