namespace Runnel.Trading;

/// <summary>How one trial ended.</summary>
public enum TrialStatus
{
    /// <summary>It ran and has statistics.</summary>
    Completed,

    /// <summary>Its parameters do not go together (fast not below slow), so it was not run.</summary>
    Skipped,

    /// <summary>It could not be run; the chunk keeps the first reason.</summary>
    Failed,
}
