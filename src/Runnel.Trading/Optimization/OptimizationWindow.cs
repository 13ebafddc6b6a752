using System.Text.Json.Serialization;
using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>One window of a walk-forward optimization, or one fold of a k-fold one.</summary>
public sealed record OptimizationWindow
{
    /// <summary>Open time of the first bar that was searched (UTC).</summary>
    [JsonPropertyName("train_from")]
    public required DateTimeOffset TrainFrom { get; init; }

    /// <summary>Open time of the first bar that was tested (UTC). In a walk-forward optimization the search ends before it.</summary>
    [JsonPropertyName("test_from")]
    public required DateTimeOffset TestFrom { get; init; }

    /// <summary>Open time of the last bar that was tested (UTC).</summary>
    [JsonPropertyName("test_to")]
    public required DateTimeOffset TestTo { get; init; }

    /// <summary>The stretches that were searched, in a k-fold optimization: what lies before the test and what lies after it, without the gaps. Null for walk-forward,
    /// where it is the one before the test.</summary>
    [JsonPropertyName("train")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OptimizationStretch>? Train { get; init; }

    /// <summary>Bars that were searched.</summary>
    [JsonPropertyName("train_bars")]
    public required int TrainBars { get; init; }

    /// <summary>Bars that were tested.</summary>
    [JsonPropertyName("test_bars")]
    public required int TestBars { get; init; }

    /// <summary>Trials of its search, skipped and failed ones among them.</summary>
    [JsonPropertyName("trials")]
    public long Trials { get; init; }

    /// <summary>The winner of the search with its figures there; null where no trial had a defined metric: nothing was tested then.</summary>
    [JsonPropertyName("best")]
    public required OptimizationTrial? Best { get; init; }

    /// <summary>Its metric on the test part; null where undefined.</summary>
    [JsonPropertyName("test_value")]
    public required double? TestValue { get; init; }

    /// <summary>Its figures on the test part, a data set of its own: indicators warm up inside it and the account starts with the initial capital.</summary>
    [JsonPropertyName("test")]
    [JsonConverter(typeof(SnakeCaseConverter<BacktestStatistics>))]
    public required BacktestStatistics? Test { get; init; }
}
