namespace Runnel.Backtesting.Tests;

/// <summary>A strategy that does given things at given bars.</summary>
internal sealed class Script(params (int Bar, Action<StrategyContext> Do)[] steps) : IStrategy
{
    public int FirstBar => 0;

    public void OnBar(StrategyContext context)
    {
        foreach ((int bar, Action<StrategyContext> step) in steps)
        {
            if (bar == context.Bar)
                step(context);
        }
    }
}
