using System.Text.Json;
using System.Text.Json.Nodes;
using Runnel.MarketData;

namespace Runnel.Trading.Tests.Handlers;

/// <summary>Writes an oracle case as a sender would write it.</summary>
internal static class OraclePayload
{
    public static JsonElement Of(JsonElement oracle)
    {
        JsonElement settings = oracle.GetProperty("settings");
        string file = oracle.GetProperty("dataset").GetString()!;
        string[] parts = file.Split('.')[0].Split('-');
        (string symbol, string interval) = KlineFileName.TryParse(file, out KlineFileName? name) ? (name.Symbol, name.Interval.Code) : (parts[^2], parts[^1]);
        return JsonSerializer.SerializeToElement(new JsonObject
        {
            ["backtest_id"] = oracle.GetProperty("id").GetString(),
            ["strategy_config"] = new JsonObject { ["name"] = oracle.GetProperty("strategy").GetString(), ["params"] = JsonObject.Create(oracle.GetProperty("params")) },
            ["symbol"] = symbol,
            ["interval"] = interval,
            ["start_date"] = "2000-01-01",
            ["end_date"] = "2030-01-01",
            ["initial_capital"] = settings.GetProperty("cash").GetDouble(),
            ["commission"] = settings.GetProperty("commission").GetDouble(),
            ["slippage"] = 0,
            ["spread"] = settings.GetProperty("spread").GetDouble(),
            ["leverage"] = settings.GetProperty("leverage").GetDouble(),
            ["lot"] = settings.GetProperty("lot").GetDouble(),
            ["direction"] = oracle.GetProperty("mode").GetString(),
            ["size"] = new JsonObject { ["kind"] = settings.GetProperty("size_kind").GetString(), ["value"] = settings.GetProperty("size_value").GetDouble() },
            ["trade_on_close"] = settings.GetProperty("trade_on_close").GetBoolean(),
            ["exclusive"] = settings.GetProperty("exclusive").GetBoolean(),
            ["annualisation_days"] = settings.GetProperty("annualisation_days").GetDouble(),
        });
    }
}
