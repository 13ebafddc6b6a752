using System.Text.Json;
using Runnel.Backtesting;
using Runnel.MarketData;
using Runnel.Optimization;

namespace Runnel.Trading.Tests.Optimization;

public sealed class GuardFiguresTests
{
    private static readonly DateTimeOffset From = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_guards_of_a_grid_are_those_of_its_trials_run_one_by_one()
    {
        double[] fasts = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13], slows = [20, 22, 24, 26, 28, 30, 32, 34];
        OptimizationReply reply = await RunAsync(Payload("grid", fasts, slows));

        Klines klines = (await new SyntheticMarket(7, new KlineCache()).LoadAsync(
            new KlineRequest { Symbol = "BTCUSDT", Interval = KlineInterval.OneHour, From = From, To = From.AddMonths(8) }, Token)).Klines;
        BacktestSettings settings = new() { Cash = 10_000, Commission = 0.0006, Slippage = 0.0001, Size = OrderSize.Fraction(0.95), Lot = 0.001 };
        using TrialRunner runner = new(klines, settings);
        GridRow[] rows = [.. fasts.SelectMany(f => slows.Select(s => runner.Run(
            Strategies.Find("sma_cross").Create(new Dictionary<string, double> { ["fast"] = f, ["slow"] = s }), keepDailyReturns: true, Token)))];
        GridRow best = rows.MaxBy(r => r.Statistics.Sharpe)!;
        ParameterSpace space = SpaceReader.Read(JsonSerializer.SerializeToElement(new { fast = fasts, slow = slows }));
        Neighborhood near = Neighborhood.Of(
            space, [.. rows.Select((r, i) => (new GridSampler(space).At(i), r.Statistics.Sharpe!.Value))], new GridSampler(space).At(Array.IndexOf(rows, best)));
        ConfidenceInterval interval = Bootstrap.Interval([.. best.DailyReturns], r => Overfitting.SharpePerReturn(r) * Math.Sqrt(365), resamples: 1000);
        OptimizationGuards guards = reply.Guards!;
        Assert.Equal(best.Strategy.Parameters, reply.Best!.Params);
        Assert.Equal(RealityCheck.PValue([.. rows.Select(r => r.DailyReturns.ToArray())], resamples: 500), guards.RealityCheck);
        Assert.Equal((near.Neighbors, near.Score), (guards.Neighbors, guards.NeighborhoodScore));
        Assert.Equal((interval.Low, interval.High), (guards.SharpeLow!.Value, guards.SharpeHigh!.Value), (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-9);
        Assert.InRange(guards.BestSharpe!.Value, guards.SharpeLow.Value, guards.SharpeHigh.Value);
        Assert.InRange(guards.TradeDrawdownPercent!.Value, 0.01, best.Statistics.MaxDrawdownPercent); // from trade to trade it sees less than from bar to bar
        Assert.InRange(guards.ShuffledShareAtLeastObserved!.Value, 0, 1);
        Assert.True(guards.ShuffledDrawdownPercent > 0);
    }

    [Fact]
    public async Task The_tests_of_walk_forward_have_an_interval_round_their_sharpe_ratio()
    {
        OptimizationReply reply = await RunAsync(Payload("walk_forward", [5, 10], [30, 60]));

        OutOfSample outside = reply.OutOfSample!;
        Assert.InRange(outside.Sharpe!.Value, outside.SharpeLow!.Value, outside.SharpeHigh!.Value);
        Assert.Equal(outside.Sharpe > 0, outside.ProbabilisticSharpe > 0.5);
    }

    private static async Task<OptimizationReply> RunAsync(object payload)
    {
        using TemporaryFolder folder = new();
        return await OptimizationPayloads.RunAsync(folder, payload);
    }

    private static Dictionary<string, object> Payload(string type, double[] fasts, double[] slows) =>
        OptimizationPayloads.Of(type, new { fast = fasts, slow = slows }, to: "2024-09-01");
}
