namespace Runnel;

/// <summary>What a worker can be told.</summary>
public enum WorkerOrder
{
    /// <summary>Take no more tasks until <see cref="Resume"/>; what runs goes on.</summary>
    Quiet,

    /// <summary>Take tasks again.</summary>
    Resume,

    /// <summary>Run to its end what runs, then end. Its supervisor starts a fresh one in its place.</summary>
    Drain,

    /// <summary>Cancel what runs and hand it back, then end. Its supervisor starts a fresh one in its place.</summary>
    Stop,
}
