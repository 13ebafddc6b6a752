using System.Text.Json.Serialization;
using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>The result of a task of type <c>optimization</c>. Where another task drives it, it holds the id and the status only. But for
/// <see cref="Run"/> it depends on the payload and the klines alone, to the bit, whatever number of workers there was and however many died.</summary>
public sealed record OptimizationReply
{
    /// <summary>The optimization.</summary>
    [JsonPropertyName("optimization_id")]
    public required string OptimizationId { get; init; }

    /// <summary><c>completed</c>, or <c>running</c> where another task drives it at the moment.</summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    /// <summary>As in the payload, for instance <c>grid</c>.</summary>
    [JsonPropertyName("optimization_type")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OptimizationType { get; init; }

    /// <summary>How much of the best result is likely luck; read it first. Null for walk-forward and k-fold, whose out-of-sample part says it.</summary>
    [JsonPropertyName("guards")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OptimizationGuards? Guards { get; init; }

    /// <summary>What running the winner of each window where it was not searched came to; null unless walk-forward or k-fold.</summary>
    [JsonPropertyName("out_of_sample")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OutOfSample? OutOfSample { get; init; }

    /// <summary>The best trial; null where none has a defined metric.</summary>
    [JsonPropertyName("best")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OptimizationTrial? Best { get; init; }

    /// <summary>The best trials, the best first; ties go to the earlier trial.</summary>
    [JsonPropertyName("top")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OptimizationTrial>? Top { get; init; }

    /// <summary>The trials that no other beats in every metric; null unless there are several metrics.</summary>
    [JsonPropertyName("front")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OptimizationFront? Front { get; init; }

    /// <summary>The windows or folds in order; null unless walk-forward or k-fold.</summary>
    [JsonPropertyName("windows")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OptimizationWindow>? Windows { get; init; }

    /// <summary>The statistic that ranks the trials; the first where there are several.</summary>
    [JsonPropertyName("metric")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Metric { get; init; }

    /// <summary><c>maximize</c> or <c>minimize</c>.</summary>
    [JsonPropertyName("objective")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Objective { get; init; }

    /// <summary>The strategy's name.</summary>
    [JsonPropertyName("strategy")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Strategy { get; init; }

    /// <summary>Instrument.</summary>
    [JsonPropertyName("symbol")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Symbol { get; init; }

    /// <summary>Length of a bar.</summary>
    [JsonPropertyName("interval")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Interval { get; init; }

    /// <summary>Where the klines came from, and which they were.</summary>
    [JsonPropertyName("data")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BacktestData? Data { get; init; }

    /// <summary>How many trials there were.</summary>
    [JsonPropertyName("trials")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TrialCounts? Trials { get; init; }

    /// <summary>What ended it before all trials were run; null where all were.</summary>
    [JsonPropertyName("stopped")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OptimizationStop? Stopped { get; init; }

    /// <summary>How this run of it went; the only part that differs from run to run.</summary>
    [JsonPropertyName("run")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OptimizationRun? Run { get; init; }

    /// <summary>What a reader should know before believing the figures, in sentences; empty where there is nothing.</summary>
    [JsonPropertyName("warnings")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Warnings { get; init; }
}
