using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>Looks for the best parameters on one stretch of the market and tests it on the next, again and again.</summary>
public sealed record WalkForwardPayload : WindowSearchPayload
{
    /// <summary>A payload with the defaults.</summary>
    public WalkForwardPayload()
        : base("walk_forward")
    {
    }

    /// <summary>Length of the stretch that is searched. Default: 120 days.</summary>
    [JsonPropertyName("train_size")]
    public double TrainSize { get; init; } = 120;

    /// <summary>Length of the stretch after it on which the winner is tested. Default: 60 days.</summary>
    [JsonPropertyName("test_size")]
    public double TestSize { get; init; } = 60;

    /// <summary>From one window to the next. Default: 30 days.</summary>
    [JsonPropertyName("step_size")]
    public double StepSize { get; init; } = 30;

    /// <summary>Unit of the sizes, <c>days</c> or <c>bars</c>. Default: days.</summary>
    [JsonPropertyName("size_unit")]
    public string SizeUnit { get; init; } = "days";

    /// <summary>Whether every stretch that is searched begins at the first bar and grows. Default: false.</summary>
    [JsonPropertyName("anchored")]
    public bool Anchored { get; init; }
}
