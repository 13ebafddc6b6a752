namespace Runnel;

/// <summary>What this process holds ready at the moment, so that it prefers tasks with such a <see cref="SubmitOptions.Affinity"/>. Register any
/// number in the worker's services; asked before a task that has an affinity is started, from one thread at a time.</summary>
public interface IAffinitySource
{
    /// <summary>The affinities held, best first; the worker looks at 32 of all sources at most.</summary>
    IReadOnlyCollection<string> Held { get; }
}
