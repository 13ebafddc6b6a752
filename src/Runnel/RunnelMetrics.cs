using System.Diagnostics.Metrics;

namespace Runnel;

/// <summary>The meter "Runnel" of one host: what its client submitted and its worker did.</summary>
internal sealed class RunnelMetrics : IDisposable
{
    public const string MeterName = "Runnel";

    private readonly Meter meter = new(MeterName);

    public RunnelMetrics()
    {
        Submitted = meter.CreateCounter<long>("tasks_submitted", "{task}", "Tasks accepted by Redis.");
        Completed = meter.CreateCounter<long>("tasks_completed", "{task}", "Tasks whose result is stored.");
        Failed = meter.CreateCounter<long>("tasks_failed", "{task}", "Tasks that became dead letters.");
        TimedOut = meter.CreateCounter<long>("tasks_timeout", "{attempt}", "Attempts that ran out of time.");
        Retried = meter.CreateCounter<long>("tasks_retried", "{attempt}", "Attempts that failed and were put back for another.");
        Stale = meter.CreateCounter<long>("stale_results", "{task}", "Outcomes refused since this worker no longer owned the task.");
        Active = meter.CreateUpDownCounter<long>("active_tasks", "{task}", "Handlers running now.");
        Duration = meter.CreateHistogram<double>("task_duration", "s", "Time from a handler's start to its end.");
    }

    public Counter<long> Submitted { get; }

    public Counter<long> Completed { get; }

    public Counter<long> Failed { get; }

    public Counter<long> TimedOut { get; }

    public Counter<long> Retried { get; }

    public Counter<long> Stale { get; }

    public UpDownCounter<long> Active { get; }

    public Histogram<double> Duration { get; }

    public void Dispose() => meter.Dispose();
}
