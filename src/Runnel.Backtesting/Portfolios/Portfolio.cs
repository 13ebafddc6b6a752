namespace Runnel.Backtesting;

/// <summary>Runs strategies on several symbols with one account (docs/backtesting/portfolios.md).</summary>
public static class Portfolio
{
    private const double Slack = 1e-9; // of the sum of shares: 10 times 0.1 is a little more than 1

    /// <summary>Runs a portfolio and keeps all that it found. The order of the members changes nothing.</summary>
    /// <param name="members">One for each symbol; all of one interval.</param>
    /// <param name="settings">Account and broker of all; cash is that of the whole.</param>
    /// <param name="progress">Told the fraction done, every 4,096 steps and at the end; null for nobody.</param>
    /// <param name="cancellationToken">Looked at every 4,096 steps.</param>
    /// <returns>Equity and statistics of the whole, and the trades of each symbol.</returns>
    /// <exception cref="BacktestInputException">There is no member or a member without bars, a symbol is there twice, intervals differ, shares come to more than
    /// 1, or a setting makes no sense.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PortfolioResult Run(IReadOnlyList<PortfolioMember> members, BacktestSettings settings, IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        PortfolioMember[] ordered = [.. members.OrderBy(m => m.Klines.Symbol, StringComparer.Ordinal)]; // sums come out the same to the bit
        Check(ordered, settings);
        double given = ordered.Sum(m => m.Share ?? 0);
        double rest = (1 - given) / ordered.Count(m => m.Share is null);
        using PortfolioRun run = new(settings);
        foreach (PortfolioMember member in ordered)
            run.Add(member, member.Share ?? rest);
        run.Loop(progress, cancellationToken);
        return run.Result();
    }

    private static void Check(PortfolioMember[] members, BacktestSettings settings)
    {
        if (members.Length == 0)
            throw new BacktestInputException("members", "empty", "Give at least one symbol.");
        if (settings.Funding is not null)
            throw new BacktestInputException("funding", "given for all", "Give each member its own: rates belong to a symbol.");
        if (settings.FinerKlines is not null)
            throw new BacktestInputException("finer_klines", "given for all", "Give each member its own: bars belong to a symbol.");
        long interval = long.MaxValue;
        for (int i = 0; i < members.Length; i++)
        {
            PortfolioMember member = members[i];
            string symbol = member.Klines.Symbol;
            Backtest.Check(member.Klines, member.SettingsOf(settings));
            if (i > 0 && members[i - 1].Klines.Symbol == symbol)
                throw new BacktestInputException("members", $"twice '{symbol}'", "Give each symbol once.");
            if (member.Share is { } share && !(share is > 0 and <= 1))
                throw new BacktestInputException($"{symbol}.share", share, "Give a fraction of the equity greater than 0 and at most 1.");
            long own = LongerBars.LengthOf(member.Klines.OpenTimes);
            if (own != long.MaxValue && interval != long.MaxValue && own != interval)
                throw new BacktestInputException($"{symbol}.klines", $"of bars {own / 1000} s long", $"Give all members one interval; {members[0].Klines.Symbol} has bars {interval / 1000} s long.");
            interval = Math.Min(interval, own);
        }

        double sum = members.Sum(m => m.Share ?? 0);
        if (sum > 1 + Slack || (sum >= 1 - Slack && members.Any(m => m.Share is null)))
            throw new BacktestInputException("share", sum, "Give shares that come to at most 1, and to less where members without one divide the rest.");
    }
}
