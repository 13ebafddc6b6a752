namespace Runnel.Backtesting;

internal readonly struct CustomRule(IStrategy strategy, StrategyContext context) : IRule
{
    public int FirstBar => Math.Max(0, strategy.FirstBar);

    public bool Acts(int bar, int position) => true;

    public int Next(int from, int to, int position) => Scan.Next(this, from, to, position);

    public void Act(int bar, Account account)
    {
        context.Bar = bar;
        strategy.OnBar(context);
    }
}
