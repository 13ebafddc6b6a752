using Runnel.Backtesting;

namespace Runnel.Benchmarks.Backtests;

/// <summary>A strategy in C# with five indicators, a stop-loss, a take-profit and a trailing stop.</summary>
internal sealed class FiveIndicators : IStrategy
{
    private readonly Ema fast = new(21);
    private readonly Ema slow = new(55);
    private readonly Rsi rsi = new(14);
    private readonly Atr atr = new(14);
    private readonly Bollinger bands = new(20, 2);

    public int FirstBar => 0;

    public void OnBar(StrategyContext context)
    {
        double close = context.Close, quick = fast.Next(close), late = slow.Next(close), strength = rsi.Next(close);
        double range = atr.Next(context.High, context.Low, close);
        BandValue band = bands.Next(close);
        if (context.Bar < 55 || context.Side != 0)
            return;
        if (quick > late && strength < 65 && close < band.Upper)
            context.Enter(TradeSide.Long, stopLoss: close - 3 * range, takeProfit: close + 5 * range, trail: 4 * range);
        else if (quick < late && strength > 35 && close > band.Lower)
            context.Enter(TradeSide.Short, stopLoss: close + 3 * range, takeProfit: close - 5 * range, trail: 4 * range);
    }
}
