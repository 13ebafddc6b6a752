using System.Globalization;
using System.Text.Json;

namespace Runnel.MarketData;

internal static class BybitInstruments
{
    /// <summary>Reads one row of instruments-info. Spot names some steps otherwise than contracts do.</summary>
    public static BybitInstrument Read(JsonElement row, KlineCategory category, string request)
    {
        double step = Number(row, "lotSizeFilter", category == KlineCategory.Spot ? "basePrecision" : "qtyStep")
            ?? throw BybitReply.Unexpected(request, "an instrument has no step of quantity");
        double? launch = Number(row, "launchTime");
        return new BybitInstrument
        {
            Symbol = row.TryGetProperty("symbol", out JsonElement symbol) ? symbol.ToString() : throw BybitReply.Unexpected(request, "an instrument has no symbol"),
            Category = category,
            Status = row.TryGetProperty("status", out JsonElement status) ? status.ToString() : "",
            TickSize = Number(row, "priceFilter", "tickSize") ?? throw BybitReply.Unexpected(request, "an instrument has no tickSize"),
            QuantityStep = step,
            MinQuantity = Number(row, "lotSizeFilter", "minOrderQty") ?? step,
            MinNotional = Number(row, "lotSizeFilter", "minNotionalValue") ?? Number(row, "lotSizeFilter", "minOrderAmt"),
            LaunchTime = launch is > 0 ? DateTimeOffset.FromUnixTimeMilliseconds((long)launch) : null,
        };
    }

    private static double? Number(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (string name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return null;
        }

        return double.TryParse(element.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null;
    }
}
