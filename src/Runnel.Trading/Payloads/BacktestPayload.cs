using System.Text.Json;
using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>The payload of a task of type <c>backtest</c>, for senders in .NET: <c>client.SubmitAsync("backtest", payload)</c>. Any language
/// may send the same as JSON; docs/backtest-payload.md lists every field.</summary>
public sealed record BacktestPayload : AccountPayload
{
    /// <summary>Chosen by the sender, 1 to 200 characters. One id is run once: see <see cref="BacktestRecords"/>.</summary>
    [JsonPropertyName("backtest_id")]
    public required string BacktestId { get; init; }

    /// <summary>Instrument, for instance <c>BTCUSDT</c>.</summary>
    [JsonPropertyName("symbol")]
    public required string Symbol { get; init; }

    /// <summary>Whether <c>tick</c>, <c>lot</c>, <c>min_size</c> and <c>min_notional</c> are those of the exchange's instrument; they are not given beside it. Not for inverse. Default: false.</summary>
    [JsonPropertyName("instrument")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Instrument { get; init; }

    /// <summary>Reads and checks a payload as the handler does, for instance before it is submitted.</summary>
    /// <returns>The payload with every default filled in.</returns>
    /// <exception cref="PayloadException">Something is wrong; names every wrong field at once.</exception>
    public static BacktestPayload Parse(JsonElement json) => BacktestPlan.Of(json).Payload;
}
