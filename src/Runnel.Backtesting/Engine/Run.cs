namespace Runnel.Backtesting;

/// <summary>One run under way: what a strategy's setup needs in order to start the loop with its rule.</summary>
internal sealed class Run(Klines klines, Account account, IndicatorSource indicators, IProgress<double>? progress, CancellationToken cancellationToken)
{
    private const int Chunk = 65_536; // bars between two looks at cancellation: about 1 ms

    public Klines Klines => klines;

    public Account Account => account;

    public IndicatorSource Indicators => indicators;

    public TradeDirection Direction => account.Settings.Direction;

    public int FirstEvaluatedBar { get; private set; }

    /// <summary>Whether somebody else goes through the bars: then <see cref="Loop"/> returns at once and leaves <see cref="Decisions"/>.</summary>
    public bool IsStepped { get; init; }

    public IDecisions? Decisions { get; private set; }

    public void Loop<TRule>(TRule rule)
        where TRule : struct, IRule
    {
        FirstEvaluatedBar = rule.FirstBar;
        account.UseIndicators(indicators);
        if (IsStepped)
        {
            Decisions = new Decisions<TRule>(rule, account);
            return;
        }

        int count = klines.Count;
        for (int from = rule.FirstBar; from < count && !account.IsRuined; from += Chunk)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report((double)from / count);
            Bars(ref rule, from, Math.Min(count, from + Chunk));
        }

        account.Finish();
        progress?.Report(1);
    }

    private void Bars<TRule>(ref TRule rule, int from, int to)
        where TRule : struct, IRule
    {
        Account broker = account;
        TRule asked = rule; // a local copy, so that its fields stay in registers
        bool busy = broker.Busy;
        int side = broker.Side;
        for (int bar = from; bar < to; bar++)
        {
            if (!busy)
            {
                bar = asked.Next(bar, to, side);
                if (bar == to)
                    break;
                asked.Act(bar, broker);
                busy = broker.Busy;
                continue;
            }

            broker.Process(bar);
            if (broker.IsRuined)
                break;
            busy = broker.Busy;
            side = broker.Side;
            if (asked.Acts(bar, side))
            {
                asked.Act(bar, broker);
                busy = broker.Busy;
            }
        }

        rule = asked;
    }
}
