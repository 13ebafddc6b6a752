namespace Runnel.Autoscaling;

/// <summary>How many workers would have been enough at one moment.</summary>
/// <param name="At">When (UTC).</param>
/// <param name="Workers">How many.</param>
public readonly record struct WorkerNeed(DateTimeOffset At, int Workers);
