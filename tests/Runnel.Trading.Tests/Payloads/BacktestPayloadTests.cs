using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Runnel.Trading.Tests.Payloads;

public sealed class BacktestPayloadTests
{
    [Fact]
    public void Fills_in_the_documented_defaults()
    {
        BacktestPayload payload = BacktestPayload.Parse(Json());

        Assert.Equal(("b-1", "BTCUSDT", "1h", "linear"), (payload.BacktestId, payload.Symbol, payload.Interval, payload.Category));
        Assert.Equal((10_000.0, 0.0006, 0.0001, 0.0, 1.0), (payload.InitialCapital, payload.Commission, payload.Slippage, payload.Spread, payload.Leverage));
        Assert.Equal(("long_only", new SizeConfig("fraction", 0.95), 0.001), (payload.Direction, payload.Size, payload.Lot));
        Assert.Equal((false, false, 365.0, null), (payload.TradeOnClose, payload.Exclusive, payload.AnnualizationDays, payload.MaintenanceMargin));
        Assert.Equal(("ema_cross", 12.0, 26.0), (payload.StrategyConfig.Name, payload.StrategyConfig.Params["fast"], payload.StrategyConfig.Params["slow"]));
        Assert.Equal(new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), payload.StartDate);
        Assert.Equal(new DateTimeOffset(2024, 7, 1, 0, 0, 0, TimeSpan.Zero), payload.EndDate);
    }

    [Fact]
    public void Reads_back_what_a_sender_in_dotnet_writes()
    {
        BacktestPayload sent = BacktestPayload.Parse(Json(("direction", "\"both\""), ("size", "{\"kind\":\"units\",\"value\":0.05}"), ("maintenance_margin", "0.005")));

        BacktestPayload read = BacktestPayload.Parse(JsonSerializer.SerializeToElement(sent, JsonSerializerOptions.Web));

        Assert.Equal(JsonSerializer.Serialize(sent), JsonSerializer.Serialize(read));
        Assert.Equal(("long_short", true), (read.Direction, read.Exclusive));
    }

    [Fact]
    public void Reads_back_every_setting_of_the_broker()
    {
        (string, string?)[] given =
        [
            ("maker_commission", "-0.0001"), ("tick", "0.1"), ("min_notional", "5"), ("min_size", "0.01"), ("slippage_amount", "0.5"), ("bid_ask_spread", "0.0002"), ("volume_impact", "0.1"),
            ("volume_limit", "0.25"), ("stop_loss", "{\"kind\":\"atr\",\"value\":2,\"period\":20}"), ("take_profit", "{\"kind\":\"risk\",\"value\":3}"),
            ("trailing_stop", "{\"kind\":\"percent\",\"value\":0.05}"), ("require_volume", "true"), ("fill_model", "\"bar_path\""), ("finer_interval", "\"1m\""),
            ("size", "{\"kind\":\"kelly\",\"value\":0.5}"),
        ];
        BacktestPayload payload = BacktestPayload.Parse(Json(given));

        BacktestPayload read = BacktestPayload.Parse(JsonSerializer.SerializeToElement(payload));

        Assert.Equal(payload with { StrategyConfig = read.StrategyConfig }, read);
        Assert.Equal((-0.0001, 0.1, 5.0, 0.01, 0.5, 0.0002), (payload.MakerCommission, payload.Tick, payload.MinNotional, payload.MinSize, payload.SlippageAmount, payload.BidAskSpread));
        Assert.Equal((0.1, 0.25, new LevelConfig("atr", 2, 20), new LevelConfig("risk", 3)), (payload.VolumeImpact, payload.VolumeLimit, payload.StopLoss, payload.TakeProfit));
        Assert.Equal((new LevelConfig("percent", 0.05), true, "bar_path", "1m", new SizeConfig("kelly", 0.5)),
            (payload.TrailingStop, payload.RequireVolume, payload.FillModel, payload.FinerInterval, payload.Size));
    }

    [Theory]
    [InlineData("tick", "-1", "tick is -1. Give the smallest step")]
    [InlineData("min_size", "-1", "min_size is -1. Give a number of units")]
    [InlineData("stop_loss", "0.02", "stop_loss is 0.02. Give {")]
    [InlineData("stop_loss", "{\"kind\":\"luck\",\"value\":1}", "stop_loss.kind is 'luck'. Give percent")]
    [InlineData("take_profit", "{\"kind\":\"atr\"}", "take_profit.value is missing")]
    [InlineData("trailing_stop", "{\"kind\":\"atr\",\"value\":2,\"periods\":3}", "Did you mean trailing_stop.period?")]
    [InlineData("fill_model", "\"best_case\"", "fill_model is 'best_case'. Give worst_case or bar_path.")]
    [InlineData("finer_interval", "\"1h\"", "finer_interval is '1h'. Give one that is shorter")]
    [InlineData("finer_interval", "\"7m\"", "finer_interval is '7m'. Give one of")]
    [InlineData("volume_limit", "2", "volume_limit is 2. Give a share")]
    public void Names_what_is_wrong_with_the_broker(string field, string value, string part)
    {
        PayloadException error = Assert.Throws<PayloadException>(() => BacktestPayload.Parse(Json((field, value))));

        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(field, Assert.Single(error.Fields), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"2024-01-31\"", "2024-01-31T00:00:00")]
    [InlineData("\"2024-01-31T12:30\"", "2024-01-31T12:30:00")]
    [InlineData("\"2024-01-31T12:30:15Z\"", "2024-01-31T12:30:15")]
    [InlineData("\"2024-01-31 12:30:15\"", "2024-01-31T12:30:15")]
    [InlineData("\"2024-01-31T12:30:15.250+02:00\"", "2024-01-31T10:30:15.250")]
    public void Reads_iso_dates_and_date_times_as_utc(string given, string expected)
    {
        BacktestPayload payload = BacktestPayload.Parse(Json(("start_date", given)));

        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), payload.StartDate);
    }

    [Theory]
    [InlineData("long", "long_only")]
    [InlineData("Long-Only", "long_only")]
    [InlineData("short", "short_only")]
    [InlineData("both", "long_short")]
    [InlineData("longShort", "long_short")]
    public void Takes_loose_forms_of_the_direction(string given, string expected)
    {
        BacktestPayload payload = BacktestPayload.Parse(Json(("direction", $"\"{given}\"")));

        Assert.Equal(expected, payload.Direction);
    }

    [Theory]
    [InlineData("backtest_id", null, "backtest_id is missing")]
    [InlineData("backtest_id", "\"\"", "backtest_id is ''")]
    [InlineData("backtest_id", "{}", "backtest_id is {}")]
    [InlineData("strategy_config", null, "strategy_config is missing")]
    [InlineData("strategy_config", "\"ema_cross\"", "strategy_config is 'ema_cross'. Give {\"name\"")]
    [InlineData("strategy_config", "{}", "strategy_config.name is missing")]
    [InlineData("strategy_config", "{\"name\":\"moon_shot\"}", "strategy_config.name is 'moon_shot'. Give one of: ")]
    [InlineData("strategy_config", "{\"name\":\"ema_cross\",\"parms\":{}}", "Did you mean strategy_config.params?")]
    [InlineData("strategy_config", "{\"name\":\"ema_cross\",\"params\":[]}", "strategy_config.params is []")]
    [InlineData("strategy_config", "{\"name\":\"ema_cross\",\"params\":{\"fast\":\"12\",\"slow\":26}}", "strategy_config.params.fast is '12'. Give it as a number, without quotes.")]
    [InlineData("strategy_config", "{\"name\":\"ema_cross\",\"params\":{\"fast\":-1,\"slow\":26}}", "strategy_config.params.fast is -1.")]
    [InlineData("strategy_config", "{\"name\":\"ema_cross\",\"params\":{\"fast\":12}}", "strategy_config.params.slow is missing.")]
    [InlineData("strategy_config", "{\"name\":\"ema_cross\",\"params\":{\"fast\":12,\"slow\":26,\"hot\":1}}", "strategy_config.params.hot is 1. Remove it")]
    [InlineData("strategy_config", "{\"name\":\"ema_cross\",\"params\":{\"fast\":26,\"slow\":12}}", "strategy_config.params.")]
    [InlineData("symbol", null, "symbol is missing")]
    [InlineData("symbol", "\"../etc/passwd\"", "symbol is '../etc/passwd'")]
    [InlineData("interval", "\"7m\"", "interval is '7m'. Give one of 1m, 3m")]
    [InlineData("interval", "60.5", "interval is '60.5'")]
    [InlineData("start_date", null, "start_date is missing")]
    [InlineData("start_date", "\"31.01.2024\"", "start_date is '31.01.2024'. Give an ISO date")]
    [InlineData("start_date", "\"2024-02-30\"", "start_date is '2024-02-30'")]
    [InlineData("start_date", "1704067200000", "start_date is 1704067200000. Give an ISO date")]
    [InlineData("start_date", "\"0001-01-01\"", "from 1970 to 2199")]
    [InlineData("end_date", "\"2024-01-01\"", "end_date is 2024-01-01 00:00:00, not after start_date 2024-01-01 00:00:00, so the range is empty")]
    [InlineData("end_date", "\"2023-01-01\"", "so the range is empty. Give a later end_date")]
    [InlineData("initial_capital", null, "initial_capital is missing")]
    [InlineData("initial_capital", "-5", "initial_capital is -5. Give an amount greater than 0.")]
    [InlineData("initial_capital", "0", "initial_capital is 0.")]
    [InlineData("initial_capital", "\"NaN\"", "initial_capital is 'NaN'")]
    [InlineData("initial_capital", "\"10000\"", "Give it as a number, without quotes.")]
    [InlineData("initial_capital", "1e999", "initial_capital is 1e999")]
    [InlineData("commission", "1.5", "commission is 1.5.")]
    [InlineData("commission", "true", "commission is true. Give a number.")]
    [InlineData("slippage", "-0.1", "slippage is -0.1.")]
    [InlineData("leverage", "0.5", "leverage is 0.5.")]
    [InlineData("direction", "\"sideways\"", "direction is 'sideways'. Give long_only, short_only or long_short.")]
    [InlineData("size", "1.5", "size is 1.5.")]
    [InlineData("size", "{\"kind\":\"lots\",\"value\":1}", "size.kind is 'lots'. Give fraction, units, cash, risk or kelly.")]
    [InlineData("size", "{\"kind\":\"units\"}", "size.value is missing.")]
    [InlineData("lot", "0", "lot is 0.")]
    [InlineData("category", "\"option\"", "category is 'option'. Give spot, linear or inverse.")]
    [InlineData("trade_on_close", "1", "trade_on_close is 1. Give true or false.")]
    [InlineData("comission", "0.1", "comission is not known. Did you mean commission?")]
    [InlineData("whatever_else", "0.1", "whatever_else is not known. Remove it; the fields are backtest_id, ")]
    public void Names_the_field_its_value_and_the_remedy(string field, string? value, string part)
    {
        PayloadException error = Assert.Throws<PayloadException>(() => BacktestPayload.Parse(Json((field, value))));

        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(field, Assert.Single(error.Fields), StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_everything_that_is_wrong_at_once()
    {
        JsonElement json = JsonDocument.Parse("""
            {"backtest_id":"b","strategy_config":{"name":"ema_cross","params":{"fast":-1,"slow":0.5,"hot":3}},"symbol":"","interval":"1x",
             "start_date":"soon","end_date":"2024-01-01","initial_capital":-1,"leverage":0,"commission":2,"colour":"red"}
            """).RootElement;

        PayloadException error = Assert.Throws<PayloadException>(() => BacktestPayload.Parse(json));

        Assert.Equal(
            ["strategy_config.params.hot", "strategy_config.params.fast", "strategy_config.params.slow", "symbol", "interval", "start_date", "initial_capital", "commission", "leverage", "colour"],
            error.Fields);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    public void Refuses_what_is_no_object(string json)
    {
        PayloadException error = Assert.Throws<PayloadException>(() => BacktestPayload.Parse(JsonDocument.Parse(json).RootElement));

        Assert.Contains("Give a JSON object", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_field_given_twice()
    {
        string twice = Json().GetRawText().Insert(1, "\"symbol\":\"ETHUSDT\",");

        PayloadException error = Assert.Throws<PayloadException>(() => BacktestPayload.Parse(JsonDocument.Parse(twice).RootElement));

        Assert.Contains("symbol is given twice", error.Message, StringComparison.Ordinal);
    }

    private static JsonElement Json(params (string Field, string? Value)[] changes)
    {
        JsonObject json = JsonNode.Parse("""
            {"backtest_id":"b-1","strategy_config":{"name":"EMA crossover","params":{"fast":12,"slow":26}},"symbol":"btcusdt","interval":"60",
             "start_date":"2024-01-01","end_date":"2024-07-01","initial_capital":10000}
            """)!.AsObject();
        foreach ((string field, string? value) in changes)
        {
            json.Remove(field);
            if (value is not null)
                json[field] = JsonNode.Parse(value);
        }

        return JsonSerializer.SerializeToElement(json);
    }
}
