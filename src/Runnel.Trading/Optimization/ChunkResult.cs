namespace Runnel.Trading;

/// <summary>What a chunk came to.</summary>
internal sealed record ChunkResult
{
    /// <summary>Trials looked at, from the chunk's first on; fewer than planned where its time was up.</summary>
    public required int Done { get; init; }

    /// <summary>Of them, those whose parameters do not go together.</summary>
    public required int Skipped { get; init; }

    /// <summary>Of them, those that could not be run.</summary>
    public required int Failed { get; init; }

    /// <summary>Time spent on them.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The best trials, the best first.</summary>
    public required IReadOnlyList<RankedTrial> Top { get; init; }

    /// <summary>All figures.</summary>
    public required TrialBlock Block { get; init; }

    /// <summary>Why the first of the failed ones failed.</summary>
    public string? Error { get; init; }
}

/// <summary>A trial and its score (higher is better, NaN for none).</summary>
internal readonly record struct RankedTrial(long Trial, double Score);
