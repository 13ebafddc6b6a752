namespace Runnel;

/// <summary>Whether a worker takes tasks.</summary>
public enum WorkerCondition
{
    /// <summary>It does.</summary>
    Running,

    /// <summary>Not until it is told to resume; what it runs goes on.</summary>
    Quiet,

    /// <summary>It ends when what it runs has ended.</summary>
    Draining,
}
