using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>How far an optimization is: the detail of its task's progress.</summary>
public sealed record OptimizationProgress
{
    /// <summary>Trials that are done, skipped and failed ones among them.</summary>
    [JsonPropertyName("done")]
    public required long Done { get; init; }

    /// <summary>Trials of the whole search, over all windows where it has some; without those that patience spares a window.</summary>
    [JsonPropertyName("total")]
    public required long Total { get; init; }

    /// <summary>Trials whose parameters do not go together.</summary>
    [JsonPropertyName("skipped")]
    public required long Skipped { get; init; }

    /// <summary>Trials that could not be run.</summary>
    [JsonPropertyName("failed")]
    public required long Failed { get; init; }

    /// <summary>Trials a second since this run of it began; 0 in its first instant.</summary>
    [JsonPropertyName("trials_per_second")]
    public required double TrialsPerSecond { get; init; }

    /// <summary>Time that is left at this pace, in seconds; null while nothing is done.</summary>
    [JsonPropertyName("seconds_left")]
    public required double? SecondsLeft { get; init; }

    /// <summary>Chunks that are submitted and not done.</summary>
    [JsonPropertyName("open_chunks")]
    public required int OpenChunks { get; init; }

    /// <summary>The best metric so far; null while none is defined.</summary>
    [JsonPropertyName("best_value")]
    public required double? BestValue { get; init; }

    /// <summary>The parameters that gave it.</summary>
    [JsonPropertyName("best_params")]
    public required IReadOnlyDictionary<string, double>? BestParams { get; init; }

    /// <summary>In a line.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => FormattableString.Invariant($"{Done} of {Total} trials, {TrialsPerSecond:0} a second")
        + (SecondsLeft is { } left ? FormattableString.Invariant($", {left:0} s left") : "")
        + (BestValue is { } best ? FormattableString.Invariant($", best {best:0.####} ({string.Join(", ", BestParams!.Select(p => FormattableString.Invariant($"{p.Key} {p.Value}")))})") : "")
        + (Failed > 0 ? FormattableString.Invariant($", {Failed} failed") : "");

    internal static OptimizationProgress Of(OptimizationSession session, PlannedStep step, BestTrial? best, DateTimeOffset now)
    {
        long all = session.TrialsOf(step);
        double seconds = (now.ToUnixTimeMilliseconds() - step.StartedAt) / 1000.0;
        double rate = seconds > 0 ? (step.Totals.Done - step.DoneBefore) / seconds : 0;
        return new OptimizationProgress
        {
            Done = step.Totals.Done,
            Total = all,
            Skipped = step.Totals.Skipped,
            Failed = step.Totals.Failed,
            TrialsPerSecond = rate,
            SecondsLeft = rate > 0 ? (all - step.Totals.Done) / rate : null,
            OpenChunks = step.Totals.Open,
            BestValue = best is { } trial ? session.Plan.Metric.ValueOf(trial.Score) : null,
            BestParams = best is { } winner ? session.Plan.ParametersOf(winner.Trial, winner.Point) : null,
        };
    }
}
