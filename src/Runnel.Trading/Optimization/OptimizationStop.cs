using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>What ended an optimization before all its trials were run.</summary>
public sealed record OptimizationStop
{
    /// <summary>The field of the payload that did it: <c>patience</c>, <c>max_trials</c> or <c>max_seconds</c>. After the last of them the answer depends on the machines.</summary>
    [JsonPropertyName("by")]
    public required string By { get; init; }

    /// <summary>Trials that count, those left out among them.</summary>
    [JsonPropertyName("trials")]
    public required long Trials { get; init; }

    /// <summary>Trials that the whole search would have had.</summary>
    [JsonPropertyName("of")]
    public required long Of { get; init; }

    /// <summary>The above in a sentence.</summary>
    [JsonPropertyName("reason")]
    public required string Reason { get; init; }

    /// <summary>Null where everything was run.</summary>
    internal static OptimizationStop? From(OptimizationSession session, PlannedStep last)
    {
        OptimizationPlan plan = session.Plan;
        long done = last.Totals.Done, all = session.Segments * plan.AllTrials;
        int ended = last.Ended.Values.Count(trial => trial + 1 < plan.AllTrials);
        string? by = done >= all ? null : last.Stopped ?? (ended > 0 ? StopRules.ByPatience : plan.Stop.MaxTrials is not null ? StopRules.ByTrials : null);
        string where = plan.Kind.HasWindows() ? FormattableString.Invariant($" in {ended} of {session.Segments} windows") : "";
        string? why = by switch
        {
            StopRules.ByPatience => FormattableString.Invariant($"no trial improved on the best for {plan.Stop.Patience} trials in a row{where} (patience)"),
            StopRules.BySeconds => FormattableString.Invariant($"{plan.Stop.MaxSeconds} s were over (max_seconds)"),
            StopRules.ByTrials => FormattableString.Invariant($"max_trials is {plan.Stop.MaxTrials}"),
            _ => null,
        };
        return why is null ? null : new OptimizationStop
        {
            By = by!,
            Trials = done,
            Of = all,
            Reason = FormattableString.Invariant($"Ended after {done} of {all} trials: {why}."),
        };
    }
}
