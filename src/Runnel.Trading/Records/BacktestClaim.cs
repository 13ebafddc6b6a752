namespace Runnel.Trading;

/// <summary>The answer to an attempt to claim a backtest.</summary>
/// <param name="Outcome">Whether the claim was won, and if not, why.</param>
/// <param name="Token">Proves the claim when results are written; null unless it was won.</param>
public sealed record BacktestClaim(ClaimOutcome Outcome, string? Token);
