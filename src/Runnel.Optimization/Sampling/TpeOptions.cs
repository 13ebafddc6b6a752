namespace Runnel.Optimization;

/// <summary>How <see cref="TpeSampler"/> searches.</summary>
public sealed record TpeOptions
{
    /// <summary>Whether higher or lower values are better. Default: higher.</summary>
    public Direction Direction { get; init; } = Direction.Maximize;

    /// <summary>Another seed, another search.</summary>
    public ulong Seed { get; init; }

    /// <summary>Trials spread evenly before the first guess. Default: 16.</summary>
    public int Startup { get; init; } = 16;

    /// <summary>Trials that are asked for from the same knowledge. More keep more workers busy and learn more slowly; the answer depends on it, so
    /// set it by the largest number of workers, not by today's. Default: 4.</summary>
    public int BatchSize { get; init; } = 4;

    /// <summary>Batches that may be under way beside the one asked from: 0 waits for the last trial of each, 1 does not. Default: 1.</summary>
    public int Lag { get; init; } = 1;

    /// <summary>Candidates drawn for each trial, of which the best is asked for. Default: 24.</summary>
    public int Candidates { get; init; } = 24;
}
