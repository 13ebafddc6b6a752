namespace Runnel;

/// <summary>Attempts of one task type that ended.</summary>
/// <param name="Attempts">How many.</param>
/// <param name="Total">The time from start to end of all of them together.</param>
public readonly record struct ServiceSum(long Attempts, TimeSpan Total);
