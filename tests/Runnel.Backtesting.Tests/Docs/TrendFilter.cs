namespace Runnel.Backtesting.Tests;

public sealed class TrendFilter : IStrategy
{
    private readonly Ema trend = new(20); // of 4-hour closes
    private readonly Rsi rsi = new(14); // of the run's own
    private double average = double.NaN;
    private int seen;

    public int FirstBar => 0;

    public void OnBar(StrategyContext context)
    {
        IntervalBars longer = context.Longer("4h");
        for (; seen < longer.Count; seen++)
            average = trend.Next(longer.Closes[seen]);
        double strength = rsi.Next(context.Close);
        if (context.Side == 0 && strength < 30 && context.Close > average)
            context.Enter(TradeSide.Long);
        else if (context.Side > 0 && strength > 60)
            context.CloseAll();
    }
}
