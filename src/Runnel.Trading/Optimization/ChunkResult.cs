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

    /// <summary>The best trial that has a score; null where none has.</summary>
    public RankedTrial? Best => Top.Count > 0 && !double.IsNaN(Top[0].Score) ? Top[0] : null;

    /// <summary>What a chunk comes to whose figures are at hand.</summary>
    /// <param name="block">They.</param>
    /// <param name="first">Number of its first trial.</param>
    /// <param name="top">How many of the best to tell.</param>
    /// <param name="error">Why the first of its failed trials failed.</param>
    public static ChunkResult Of(TrialBlock block, long first, int top, string? error)
    {
        double[] status = block[TrialBlock.StatusColumn], scores = block[TrialBlock.ScoreColumn];
        List<RankedTrial> ranked = [];
        for (int i = 0; i < block.Count; i++)
        {
            if (status[i] == (double)TrialStatus.Completed)
                ranked.Add(new RankedTrial(first + i, scores[i]));
        }

        ranked.Sort((left, right) => TrialMetric.Compare(left.Score, left.Trial, right.Score, right.Trial));
        int failed = status.AsSpan().Count((double)TrialStatus.Failed);
        return new ChunkResult
        {
            Done = block.Count,
            Skipped = status.AsSpan().Count((double)TrialStatus.Skipped),
            Failed = failed,
            Elapsed = TimeSpan.Zero,
            Top = ranked.Count <= top ? ranked : ranked[..top],
            Block = block,
            Error = failed > 0 ? error : null,
        };
    }
}

/// <summary>A trial and its score (higher is better, NaN for none).</summary>
internal readonly record struct RankedTrial(long Trial, double Score);
