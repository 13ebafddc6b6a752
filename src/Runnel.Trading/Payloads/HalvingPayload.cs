using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>Runs many points on the end of the range, the best of them on a longer one, and so on to the whole.</summary>
public sealed record HalvingPayload : RangeSearchPayload
{
    /// <summary>A payload with the defaults.</summary>
    /// <param name="hyperband">Whether to do so several times, with fewer points and a longer first range each time, for the case that short ranges mislead. It works out
    /// the number of trials itself.</param>
    public HalvingPayload(bool hyperband = false)
        : base(hyperband ? "hyperband" : "halving")
    {
    }

    /// <summary>Fraction of the range on which the first trials run, above 0 and below 1. Default: null, a ninth, and a 27th for Hyperband.</summary>
    [JsonPropertyName("first_budget")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? FirstBudget { get; init; }

    /// <summary>Of a rung's points one in so many goes on, to a range so many times as long; 2 to 100. Default: 3.</summary>
    [JsonPropertyName("reduction_factor")]
    public int ReductionFactor { get; init; } = 3;
}
