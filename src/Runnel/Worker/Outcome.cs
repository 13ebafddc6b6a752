namespace Runnel.Worker;

/// <summary>How an attempt ended, still to be written to Redis.</summary>
internal abstract record Outcome(RunningTask Task)
{
    /// <summary>Times that writing it failed; after the first the reply may have been lost, not the write.</summary>
    public int Tries { get; set; }
}

/// <summary>The handler returned; <paramref name="Result"/> is the stored envelope.</summary>
internal sealed record Completed(RunningTask Task, byte[] Result, bool HasRecord) : Outcome(Task);

/// <summary>It failed and has another attempt after <paramref name="Delay"/>.</summary>
internal sealed record Retry(RunningTask Task, byte[] Error, TimeSpan Delay, bool TimedOut) : Outcome(Task);

/// <summary>It runs again after <paramref name="Delay"/> without a spent attempt.</summary>
internal sealed record Snoozed(RunningTask Task, TimeSpan Delay) : Outcome(Task);

/// <summary>It failed for good.</summary>
internal sealed record Dead(RunningTask Task, byte[] Error, string Reason, bool TimedOut) : Outcome(Task);

/// <summary>It ended without a result and without fault: <paramref name="State"/> is <c>cancelled</c> or <c>expired</c>.</summary>
internal sealed record Ended(RunningTask Task, string State) : Outcome(Task);

/// <summary>It was stopped by no fault of its own and goes back without a spent attempt.</summary>
internal sealed record GivenBack(RunningTask Task) : Outcome(Task);
