using Runnel.Backtesting;

namespace RunnelStrategy1;

/// <summary>Payloads ask for it by name: "strategy_config": {"name": "RunnelStrategy1", "params": {"length": 20}}.</summary>
[Strategy("RunnelStrategy1", Summary = "Buys where the close crosses above its average and leaves where it crosses below.")]
public sealed class Strategy([Parameter(2, 10_000, "bars of the average.")] int length = 20) : IStrategy
{
    private readonly Sma average = new(length);

    public int FirstBar => 0;

    public void OnBar(StrategyContext context)
    {
        double line = average.Next(context.Close);
        if (context.Close > line && context.Side == 0)
            context.Enter(TradeSide.Long);
        else if (context.Close < line && context.Side > 0)
            context.CloseAll();
    }
}
