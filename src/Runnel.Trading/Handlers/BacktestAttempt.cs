namespace Runnel.Trading;

/// <summary>What the runner needs to know of the task that it runs for.</summary>
/// <param name="TaskId">Goes into the claim.</param>
/// <param name="Number">The attempt, from 1.</param>
/// <param name="ReportProgressAsync">Told the fraction done and what is being done.</param>
/// <param name="EnsureAsync">Has fetched what is not here; null where there is no queue to do so.</param>
internal sealed record BacktestAttempt(
    string TaskId, int Number, Func<double, string?, CancellationToken, Task> ReportProgressAsync, Func<IReadOnlyList<MarketNeed>, CancellationToken, Task>? EnsureAsync = null);
