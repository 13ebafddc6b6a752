namespace Runnel.Trading;

/// <summary>The table <c>optimizations</c>. Times are Unix milliseconds.</summary>
internal sealed class OptimizationRow
{
    public required string Id { get; set; }

    public required string State { get; set; } // running, completed, failed or cancelled

    public required string Request { get; set; }

    public required string Task { get; set; } // the task whose steps drive it

    public int Run { get; set; } // that task's run

    public long StartedAt { get; set; } // of this run

    public long DoneBefore { get; set; } // trials that were done when this run began

    public long HeartbeatAt { get; set; }

    public long? FinishedAt { get; set; }

    public string? Klines { get; set; } // fingerprint, once the first chunk is planned

    public long NextTrial { get; set; } // counted over all segments; those before it are planned or not wanted any more; of a method that learns how many were asked for

    public int Chunks { get; set; } // planned so far

    public string? Stopped { get; set; } // the field of the payload that ended it early as a whole: max_seconds

    public int WakeAt { get; set; } // open chunks at which the task wants to be woken

    public string? Reply { get; set; }

    public string? Error { get; set; }
}
