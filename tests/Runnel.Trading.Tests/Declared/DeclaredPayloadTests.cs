using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Trading.Tests.Declared;

public sealed class DeclaredPayloadTests
{
    [Fact]
    public void Reads_a_declaration_and_takes_the_direction_from_its_sides()
    {
        const string both = """
            {"strategy_type":"declared","parameters":{"fast":10,"slow":30},"let":{"quick":"ema(close, fast)"},
             "entry":{"long":"cross_above(quick, ema(close, slow))","short":"cross_below(quick, ema(close, slow))"},
             "stop_loss":{"percent":2},"take_profit":{"distance":"3 * atr(14)"},"trailing_stop":"4 * atr(14)","size":{"risk":0.01},"max_open":2}
            """;

        BacktestPlan plan = Plan(both), longOnly = Plan("""{"entry":"close > sma(20)","exit":"close < sma(20)"}""");

        Assert.Equal((TradeDirection.LongShort, true), (plan.Settings.Direction, plan.Settings.Exclusive));
        Assert.Equal("declared(fast 10, slow 30)", plan.Strategy.ToString());
        Assert.Equal(TradeDirection.LongOnly, longOnly.Settings.Direction);
        Assert.Equal("flat", Plan("""{"entry":"flat","stop":"highest(high, 20)","limit":{"percent":-1},"good_for_bars":4}""").Payload.StrategyConfig.Declaration!["entry"].GetString());
        Assert.Equal(TradeDirection.ShortOnly, Plan("""{"entry":{"short":"close < sma(20)"}}""").Settings.Direction);
    }

    [Fact]
    public void Reads_back_what_it_stores_of_a_request()
    {
        BacktestPayload sent = BacktestPayload.Parse(Json("""{"name":"expression","params":{"n":9},"ranges":{"n":[2,50]},"entry":"close > sma(n)","exit":"close < sma(n)"}"""));

        BacktestPayload read = BacktestPayload.Parse(JsonSerializer.SerializeToElement(sent, JsonSerializerOptions.Web));

        Assert.Equal(JsonSerializer.Serialize(sent), JsonSerializer.Serialize(read));
        Assert.Contains("\"entry\":\"close \\u003E sma(n)\"", JsonSerializer.Serialize(read.StrategyConfig), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"entry":"close > emaa(20)"}""", "strategy_config.entry", "is wrong at column 9, before 'emaa(20)'. There is no function emaa. Did you mean ema?")]
    [InlineData("""{"entry":{"long":"close >"}}""", "strategy_config.entry.long", "is wrong at column 8, at its end. Expected a value")]
    [InlineData("""{"entry":"close > 1","exit":"closee < 1"}""", "strategy_config.exit", "Did you mean close?")]
    [InlineData("""{"entry":{"lung":"close > 1"}}""", "strategy_config.entry.lung", "Did you mean strategy_config.entry.long?")]
    [InlineData("""{"entry":["close > 1"]}""", "strategy_config.entry", "Give an expression in quotes")]
    [InlineData("""{"entry":"close > 1","let":{"a":{}}}""", "strategy_config.let.a", "Give an expression in quotes")]
    [InlineData("""{"entry":"close > 1","stop_loss":0.02}""", "strategy_config.stop_loss", "{\"percent\": 2}")]
    [InlineData("""{"entry":"close > 1","stop_loss":{"atr":2}}""", "strategy_config.stop_loss", "Give one of price, distance, percent")]
    [InlineData("""{"entry":"close > 1","size":{"risk":0.01}}""", "strategy_config.size.risk", "Give stop_loss or trailing_stop")]
    [InlineData("""{"entry":"close > 1","max_open":1.5}""", "strategy_config.max_open", "Give a whole number")]
    [InlineData("""{"entry":"close > 1","good_for_bars":3}""", "strategy_config.good_for_bars", "Give limit or stop")]
    [InlineData("""{"entry":"close > 1","limit":{"percent":1},"good_for_bars":0}""", "strategy_config.good_for_bars", "Give a whole number of bars")]
    [InlineData("""{"entry":"close > 1","stop":{"atr":1}}""", "strategy_config.stop", "Give one of price, distance, percent")]
    [InlineData("""{"entry":"close > sma(n)","params":{"n":0.5}}""", "strategy_config.params.n", "from 1 to 100000")]
    [InlineData("""{"entry":"close > n","params":{"n":"x"}}""", "strategy_config.params.n", "Give a number")]
    [InlineData("""{"entry":"close > 1","ranges":{"n":3}}""", "strategy_config.ranges.n", "Give [smallest, largest]")]
    [InlineData("""{"name":"sma_cross","entry":"close > 1"}""", "strategy_config.name", "there are rules beside it")]
    [InlineData("""{"name":"declared"}""", "strategy_config.entry", "Give at least one of entry.long and entry.short")]
    [InlineData("""{"entry":"close > 1","exits":"close < 1"}""", "strategy_config.exits", "Did you mean strategy_config.exit?")]
    [InlineData("""{"entry":"fast > close","params":{"fast":3,"slow":2},"require":"fast < slow"}""", "strategy_config.params", "\"fast < slow\" holds")]
    public void Names_the_field_the_column_and_the_remedy(string config, string field, string part)
    {
        PayloadException error = Assert.Throws<PayloadException>(() => BacktestPayload.Parse(Json(config)));

        Assert.Equal([field], error.Fields);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    private static BacktestPlan Plan(string config) => BacktestPlan.Of(Json(config));

    private static JsonElement Json(string config) => JsonSerializer.Deserialize<JsonElement>($$"""
        {"backtest_id":"b","strategy_config":{{config}},"symbol":"BTCUSDT","interval":"1h","start_date":"2024-01-01","end_date":"2024-07-01","initial_capital":10000}
        """);
}
