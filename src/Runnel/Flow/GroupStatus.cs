namespace Runnel;

/// <summary>One group as it is now.</summary>
public sealed record GroupStatus
{
    /// <summary>The group's name.</summary>
    public required string Group { get; init; }

    /// <summary>Its share relative to other groups; 1 unless set.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Most tasks of it that may be admitted at once; null for no limit.</summary>
    public int? Limit { get; init; }

    /// <summary>Tasks that wait for their turn.</summary>
    public long Waiting { get; init; }

    /// <summary>Tasks that were admitted and have not ended: running, or about to be.</summary>
    public long Admitted { get; init; }
}
