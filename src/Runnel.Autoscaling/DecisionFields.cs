using System.Globalization;

namespace Runnel.Autoscaling;

/// <summary>A decision with its inputs as names and values, as it stands in the stream <c>{queue}:scaling</c>.</summary>
internal static class DecisionFields
{
    public static IReadOnlyList<KeyValuePair<string, string>> Of(string autoscaler, ScalingState state, ScalingDecision decision) =>
    [
        new("at_ms", Number(state.At.ToUnixTimeMilliseconds())),
        new("autoscaler", autoscaler),
        new("from", Number(decision.From)),
        new("to", Number(decision.To)),
        new("reason", Word(decision.Reason)),
        new("why", decision.Why),
        new("waiting", Number(state.Waiting)),
        new("oldest_waiting_seconds", Number(state.OldestWaiting.TotalSeconds)),
        new("busy_slots", Number(state.BusySlots)),
        new("slots", Number(state.Workers * state.SlotsPerWorker)),
        new("utilization", Number(state.Utilization)),
        new("arrival_rate", Number(state.ArrivalRate)),
        new("completion_rate", Number(state.CompletionRate)),
        new("service_seconds", state.ServiceTime is { } service ? Number(service.TotalSeconds) : ""),
    ];

    /// <summary>snake_case, as in all our JSON.</summary>
    public static string Word(ScalingReason reason) => reason switch
    {
        ScalingReason.FromZero => "from_zero",
        ScalingReason.LowUtilization => "low_utilization",
        _ => reason.ToString().ToLowerInvariant(),
    };

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
