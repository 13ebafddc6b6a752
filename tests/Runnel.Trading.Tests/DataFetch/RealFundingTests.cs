using System.Text.Json;
using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading.Tests.DataFetch;

public sealed class RealFundingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("BTCUSDT", "2025-06-22", "2025-08-20", 177, 0)]
    [InlineData("ETHUSDT", "2025-06-01", "2025-08-21", 180, 1)]
    public async Task Real_funding_beside_real_klines_is_charged_as_the_engine_does_and_what_is_absent_is_told(string symbol, string from, string to, int payments, int pauses)
    {
        string shared = SharedFolder.OrSkip("data", "klines");
        using LocalBacktests local = new(new TradingOptions { DataFolder = folder.Path, KlinesFolder = shared, AllowBybit = false }, TimeProvider.System);
        JsonElement payload = JsonElement.Parse($$"""
            {"backtest_id":"b","strategy_config":{"name":"ema_cross"},"symbol":"{{symbol}}","interval":"5m","start_date":"{{from}}","end_date":"{{to}}",
             "initial_capital":10000,"direction":"long_short","leverage":3,"funding":true}
            """);

        CompletedBacktest completed = await local.RunAsync(payload, cancellationToken: Token);

        BacktestPlan plan = BacktestPlan.Of(payload);
        FundingRates all = CsvFunding.Read(Path.Combine(shared, $"bybit-linear-{symbol}-funding.csv"));
        BacktestResult expected = Backtest.Run(completed.Data.Klines, plan.Strategy, plan.Settings with { Funding = all }, cancellationToken: Token);
        Assert.NotEmpty(expected.FundingPayments);
        Assert.Equal(expected.FundingPayments, completed.Result.FundingPayments);
        Assert.Equal(expected.Statistics, completed.Result.Statistics);
        Assert.Equal((payments, $"file bybit-linear-{symbol}-funding.csv"), (completed.Reply.Data!.FundingPayments, completed.Reply.Data.FundingSource));
        Assert.Equal(pauses, completed.Reply.Warnings!.Count(w => w.Contains("no funding payment between", StringComparison.Ordinal)));
    }
}
