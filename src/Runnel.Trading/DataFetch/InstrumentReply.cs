using System.Text.Json.Serialization;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Steps and minima of an instrument's orders.</summary>
/// <param name="Tick">Smallest step of a price.</param>
/// <param name="Lot">Smallest step of a size.</param>
/// <param name="MinSize">Smallest size of an order.</param>
/// <param name="MinNotional">Least value of an order; null where the exchange sets none.</param>
/// <param name="LaunchTime">When trading began (UTC); null where the exchange does not say.</param>
public sealed record InstrumentReply(
    [property: JsonPropertyName("tick")] double Tick,
    [property: JsonPropertyName("lot")] double Lot,
    [property: JsonPropertyName("min_size")] double MinSize,
    [property: JsonPropertyName("min_notional")] double? MinNotional,
    [property: JsonPropertyName("launch_time")] DateTimeOffset? LaunchTime)
{
    /// <summary>What the exchange said, in the words of payloads.</summary>
    public static InstrumentReply Of(BybitInstrument instrument) =>
        new(instrument.TickSize, instrument.QuantityStep, instrument.MinQuantity, instrument.MinNotional, instrument.LaunchTime);
}
