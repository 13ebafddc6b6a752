using System.Diagnostics.Metrics;

namespace Runnel.Autoscaling;

/// <summary>The meter "Runnel.Autoscaler": what was measured last, what was decided.</summary>
internal sealed class AutoscalerMetrics : IDisposable
{
    public const string MeterName = "Runnel.Autoscaler";

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> decisions;
    private readonly Counter<long> changes;
    private ScalingState? state;
    private int wanted;

    public AutoscalerMetrics()
    {
        decisions = meter.CreateCounter<long>("autoscaler_decisions", "{decision}", "Decisions, by their reason.");
        changes = meter.CreateCounter<long>("autoscaler_changes", "{change}", "Changes of the number of workers, by direction.");
        meter.CreateObservableGauge("autoscaler_workers", () => state?.Workers ?? 0, "{worker}", "Workers that are kept.");
        meter.CreateObservableGauge("autoscaler_workers_wanted", () => wanted, "{worker}", "Workers that there are to be.");
        meter.CreateObservableGauge("autoscaler_waiting", () => state?.Waiting ?? 0, "{task}", "Tasks that wait.");
        meter.CreateObservableGauge("autoscaler_latency", () => state?.OldestWaiting.TotalSeconds ?? 0, "s", "For how long the oldest task waits.");
        meter.CreateObservableGauge("autoscaler_utilization", () => state?.Utilization ?? 0, "1", "Share of the slots in use.");
        meter.CreateObservableGauge("autoscaler_arrival_rate", () => state?.ArrivalRate ?? 0, "{task}/s", "Tasks that come, smoothed.");
        meter.CreateObservableGauge("autoscaler_service_time", () => state?.ServiceTime?.TotalSeconds ?? 0, "s", "Mean time of an attempt.");
    }

    public void Record(ScalingState measured, ScalingDecision decision)
    {
        state = measured;
        wanted = decision.To;
        decisions.Add(1, new KeyValuePair<string, object?>("reason", decision.Reason.ToString().ToLowerInvariant()));
        if (decision.To != decision.From)
            changes.Add(1, new KeyValuePair<string, object?>("direction", decision.To > decision.From ? "up" : "down"));
    }

    public void Dispose() => meter.Dispose();
}
