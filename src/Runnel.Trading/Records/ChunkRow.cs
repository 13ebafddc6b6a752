namespace Runnel.Trading;

/// <summary>The table <c>optimization_chunks</c>. The large columns come last: SQLite reads the others without them.</summary>
internal sealed class ChunkRow
{
    public required string OptimizationId { get; set; }

    public int Number { get; set; }

    public int Segment { get; set; }

    public long First { get; set; }

    public int Planned { get; set; } // trials

    public long BudgetMs { get; set; }

    public double Share { get; set; } // of the range that its trials run on

    public int Submissions { get; set; }

    public long SubmittedAt { get; set; } // of the last submission

    public int SubmittedRun { get; set; } // the run of the optimization's task that did it

    public bool IsDone { get; set; }

    public int RestPlanned { get; set; } // trials that its budget left and that are in later chunks

    public int Done { get; set; } // trials

    public int Skipped { get; set; }

    public int Failed { get; set; }

    public long ElapsedUs { get; set; }

    public long? BestTrial { get; set; }

    public double? BestScore { get; set; }

    public string? Error { get; set; }

    public byte[]? Points { get; set; } // doubles, little-endian; null where a trial's number gives its point

    public byte[]? Top { get; set; } // trial (int64) and score (double) of the best, little-endian

    public byte[]? Block { get; set; } // TrialBlock
}
