namespace Runnel;

/// <summary>All rules of flow control, and what they hold; read in several steps while tasks go on.</summary>
public sealed record FlowStatus
{
    /// <summary>True while workers take no task at all.</summary>
    public bool Paused { get; init; }

    /// <summary>Task types that have a rule or tasks set aside, by name.</summary>
    public IReadOnlyList<TypeStatus> Types { get; init; } = [];

    /// <summary>Groups that have a rule, or tasks that wait or are admitted, by name. Of groups without a rule 1,000 at most.</summary>
    public IReadOnlyList<GroupStatus> Groups { get; init; } = [];

    /// <summary>Rates by their key, each as the time between two tasks and the burst.</summary>
    public IReadOnlyDictionary<string, RateLimit> Rates { get; init; } = new Dictionary<string, RateLimit>(StringComparer.Ordinal);
}
