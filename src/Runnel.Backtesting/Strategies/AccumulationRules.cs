namespace Runnel.Backtesting;

/// <summary>Enters at its first bar and every so many bars after, up to a number of open trades; never leaves.</summary>
internal readonly struct ScheduleRule(int every, int mostOpen, int side) : IRule
{
    public int FirstBar => 0;

    public bool Acts(int bar, int position) => bar % every == 0;

    public int Next(int from, int to, int position) => Scan.Next(this, from, to, position);

    public void Act(int bar, Account account)
    {
        if (account.OpenCount < mostOpen)
            account.Enter(side);
    }
}

/// <summary>Enters one more trade each time the price has moved a step against the last one, each with its own target a step away.</summary>
internal readonly struct GridRule(double[] close, double step, int mostOpen, int side) : IRule
{
    public int FirstBar => 0;

    public bool Acts(int bar, int position) => true;

    public int Next(int from, int to, int position) => Scan.Next(this, from, to, position);

    public void Act(int bar, Account account)
    {
        if (account.OpenCount >= mostOpen)
            return;
        ReadOnlySpan<Position> open = account.Positions;
        bool isStepAway = open.IsEmpty || side * close[bar] <= side * open[^1].EntryPrice * (1 - side * step);
        if (isStepAway)
            account.Enter(side, takeProfit: close[bar] * (1 + side * step));
    }
}
