namespace Runnel.Autoscaling;

/// <summary>How many workers there are to be, and why.</summary>
public sealed record ScalingDecision
{
    /// <summary>How many there are.</summary>
    public required int From { get; init; }

    /// <summary>How many there are to be.</summary>
    public required int To { get; init; }

    /// <summary>What decided.</summary>
    public required ScalingReason Reason { get; init; }

    /// <summary>The reason in a sentence, with its figures.</summary>
    public required string Why { get; init; }

    /// <summary>What the next decision has to know.</summary>
    public required ScalingMemory Memory { get; init; }
}
