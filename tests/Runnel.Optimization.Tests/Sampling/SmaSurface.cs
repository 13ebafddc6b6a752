using Runnel.Backtesting;
using Runnel.MarketData;
using Runnel.TestKit;

namespace Runnel.Optimization.Tests.Sampling;

/// <summary>Sharpe ratios of moving-average crossovers on all hourly bars of BTCUSDT, worked out once: losses of a real search.</summary>
public sealed class SmaSurface
{
    private readonly Lazy<Dictionary<(double Fast, double Slow), double>> losses = new(Create);

    public static ParameterSpace Space { get; } = new([new IntParameter("fast", 2, 81), new IntParameter("slow", 10, 247, 3)], ["fast < slow"]);

    public double Loss(ReadOnlySpan<double> point) => losses.Value[(point[0], point[1])];

    private static Dictionary<(double Fast, double Slow), double> Create()
    {
        Klines klines = CsvKlineReader.Read(Path.Combine(TestFolders.Shared!, "data", "klines", "bybit-linear-BTCUSDT-60.csv.gz"), "BTCUSDT");
        GridSampler grid = new(Space);
        Strategy[] strategies = [.. grid.Ask(grid.Count).Select(t => Strategies.Create("sma_cross",
            new Dictionary<string, double>(StringComparer.Ordinal) { ["fast"] = t.Point.Numbers[0], ["slow"] = t.Point.Numbers[1] }))];
        return GridSearch.Run(klines, strategies, new BacktestSettings { Commission = 0.0005 }, threads: 2)
            .ToDictionary(row => (row.Strategy.Parameters["fast"], row.Strategy.Parameters["slow"]), row => -(row.Statistics.Sharpe ?? double.NegativeInfinity));
    }
}
