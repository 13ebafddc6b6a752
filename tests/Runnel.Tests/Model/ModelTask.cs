namespace Runnel.Tests.Model;

/// <summary>What the model knows of one task.</summary>
internal sealed class ModelTask
{
    public required string Id { get; init; }

    public required TaskPriority Priority { get; init; }

    public required int MaxRetries { get; init; }

    public TaskState State { get; set; }

    public bool Purged { get; set; }

    public bool Cancelling { get; set; }

    public int Attempt { get; set; } = 1;

    public int Crashes { get; set; }

    public int Errors { get; set; }

    /// <summary>The delivery for which its worker noted that it had nothing else in hand.</summary>
    public int? AloneIn { get; set; }

    /// <summary>Grows with each delivery and each end of one: a consumer with an older number is a former owner.</summary>
    public int Delivery { get; set; }

    public bool Ended => State >= TaskState.Completed;

    public bool IsDead => !Purged && State is TaskState.Failed or TaskState.TimedOut;
}
