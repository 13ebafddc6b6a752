namespace Runnel.Backtesting;

/// <summary>The decisions of a strategy, for whoever goes through the bars himself.</summary>
internal interface IDecisions
{
    /// <summary>Asks the strategy at a bar's close; bars come in order.</summary>
    void At(int bar);
}

/// <param name="rule">May change while it is asked.</param>
/// <param name="account">Where its orders go.</param>
internal sealed class Decisions<TRule>(TRule rule, Account account) : IDecisions
    where TRule : struct, IRule
{
    public void At(int bar)
    {
        if (bar >= rule.FirstBar && rule.Acts(bar, account.Side))
            rule.Act(bar, account);
    }
}
