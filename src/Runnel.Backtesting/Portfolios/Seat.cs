namespace Runnel.Backtesting;

/// <summary>One symbol of a portfolio under way. Its account begins with the cash of the whole, so what it adds is its equity less that cash.</summary>
internal sealed class Seat : IDisposable
{
    private readonly IndicatorSource indicators;
    private readonly IDecisions decisions;
    private readonly int[] steps; // of the portfolio, for each bar
    private int bar = -1;

    public Seat(PortfolioMember member, double share, BacktestSettings settings)
    {
        (Klines, Share) = (member.Klines, share);
        steps = new int[Klines.Count];
        Account = new Account(Klines, member.SettingsOf(settings)) { Budget = Budget };
        indicators = new IndicatorSource(Klines);
        Run run = new(Klines, Account, indicators, null, CancellationToken.None) { IsStepped = true };
        member.Strategy.Start(run);
        decisions = run.Decisions!;
    }

    public Klines Klines { get; }

    public double Share { get; }

    public Account Account { get; }

    public Budget Budget { get; } = new();

    /// <summary>Equity of its account at its last close.</summary>
    public double Equity => bar < 0 ? Account.Cash : Account.EquityAt(Klines.CloseColumn[bar]);

    /// <summary>Margin in use at its last close.</summary>
    public double Margin => bar < 0 ? 0 : Account.MarginAt(Klines.CloseColumn[bar]);

    /// <summary>Open time of the bar that comes next; the largest number after the last.</summary>
    public long NextTime => bar + 1 < Klines.Count ? Klines.TimeColumn[bar + 1] : long.MaxValue;

    /// <summary>Goes on to the next bar and works it off.</summary>
    public void Advance(int step)
    {
        steps[++bar] = step;
        if (Account.Busy)
            Account.Process(bar);
    }

    /// <summary>Asks the strategy at the close of the bar.</summary>
    public void Decide() => decisions.At(bar);

    public void Ruin()
    {
        if (bar >= 0)
            Account.Ruin(bar);
    }

    public PortfolioMemberResult Result(double cash)
    {
        Trade[] trades = Account.Trades.ToArray();
        return new PortfolioMemberResult
        {
            Symbol = Klines.Symbol,
            Share = Share,
            Profit = Account.IsRuined ? trades.Sum(t => t.Pnl) - Account.FundingPaid : Equity - cash,
            Trades = [.. trades.Select(t => t with { EntryBar = steps[t.EntryBar], ExitBar = steps[t.ExitBar] })],
            OpenTrades = [.. ResultBuilder.OpenTrades(Klines, Account).Select(t => t with { EntryBar = steps[t.EntryBar] })],
            FundingPayments = [.. Account.FundingPayments.Select(p => p with { Bar = steps[p.Bar] })],
            Warnings = DataWarnings.Of(Klines, Account),
        };
    }

    public void Dispose()
    {
        Account.Dispose();
        indicators.Dispose();
    }
}
