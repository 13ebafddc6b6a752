using System.Collections.Immutable;

namespace Runnel.Autoscaling;

/// <summary>What a decision needs to know of those before it. Immutable: each decision makes a new one.</summary>
public sealed record ScalingMemory
{
    /// <summary>Memory before the first decision.</summary>
    public static ScalingMemory Empty { get; } = new();

    /// <summary>When the number of workers was last changed; null for never.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>Since when nothing waited, ran or came; null while something does.</summary>
    public DateTimeOffset? IdleSince { get; init; }

    /// <summary>How many workers would have been enough at earlier looks, oldest first, as far back as a decision asks.</summary>
    public ImmutableQueue<WorkerNeed> Needs { get; init; } = [];
}
