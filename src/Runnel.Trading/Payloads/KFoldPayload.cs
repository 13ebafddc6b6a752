using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>Cuts the range into folds, looks for the best parameters on all folds but one, and tests them on that one, for each.</summary>
public sealed record KFoldPayload : WindowSearchPayload
{
    /// <summary>A payload with the defaults.</summary>
    public KFoldPayload()
        : base("k_fold")
    {
    }

    /// <summary>How many folds, 2 to 1,000. Default: 5.</summary>
    [JsonPropertyName("folds")]
    public int Folds { get; init; } = 5;

    /// <summary>Left out of the search on each side of a test: what a trade or an indicator reaches across. Default: 0.</summary>
    [JsonPropertyName("purge")]
    public double Purge { get; init; }

    /// <summary>Left out of the search besides after a test; null for a hundredth of the bars. Default: null.</summary>
    [JsonPropertyName("embargo")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Embargo { get; init; }

    /// <summary>Unit of both: <c>days</c>, <c>bars</c> or <c>fraction</c> (of all bars). Default: days.</summary>
    [JsonPropertyName("size_unit")]
    public string SizeUnit { get; init; } = "days";
}
