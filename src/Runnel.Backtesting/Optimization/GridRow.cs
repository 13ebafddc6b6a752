namespace Runnel.Backtesting;

/// <summary>One combination of a search and what it came to.</summary>
/// <param name="Strategy">The combination.</param>
/// <param name="Statistics">Its figures.</param>
public sealed record GridRow(Strategy Strategy, BacktestStatistics Statistics)
{
    /// <summary>Its daily returns, where they were asked for; else empty.</summary>
    public IReadOnlyList<double> DailyReturns { get; init; } = [];
}
