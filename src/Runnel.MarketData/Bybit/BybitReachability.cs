namespace Runnel.MarketData;

/// <summary>Whether the exchange answered just now.</summary>
/// <param name="IsReachable">True where it gave its time.</param>
/// <param name="Reason">In a sentence: how fast it answered, or why it did not.</param>
/// <param name="Elapsed">How long the question took.</param>
public sealed record BybitReachability(bool IsReachable, string Reason, TimeSpan Elapsed);
