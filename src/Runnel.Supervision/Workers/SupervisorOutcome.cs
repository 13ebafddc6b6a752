namespace Runnel.Supervision;

/// <summary>Why a <see cref="Supervisor"/> ended.</summary>
public enum SupervisorOutcome
{
    /// <summary>It was asked to, and every worker drained.</summary>
    Drained,

    /// <summary>It was asked to, and not every worker drained: it was told to stop at once, a drain took too long or a worker crashed in it. What ran was
    /// handed back, or other workers take it over.</summary>
    Killed,

    /// <summary>A worker ended again and again before it was ready; the others were drained.</summary>
    CrashLoop,
}
