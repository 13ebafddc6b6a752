using System.Collections.Concurrent;
using Runnel.Backtesting;
using Runnel.MarketData;
using Runnel.TestKit;

namespace Runnel.Optimization.Tests.Sampling;

/// <summary>Sharpe ratios of a built-in strategy on the last 20,000 bars of real klines, each worked out when it is first asked for: losses of a real search.
/// Safe from several threads.</summary>
internal sealed class StrategySurface(string file, string strategy, ParameterSpace space)
{
    private const int Bars = 20_000;
    private readonly ConcurrentDictionary<Point, double> losses = new();
    private readonly Lazy<TrialRunner> runner = new(() =>
    {
        Klines klines = CsvKlineReader.Read(Path.Combine(TestFolders.Shared!, "data", "klines", $"{file}.csv.gz"), file);
        return new TrialRunner(klines.Slice(klines.Count - Bars, Bars), new BacktestSettings { Commission = 0.0005 });
    });

    public ParameterSpace Space => space;

    public double Loss(ReadOnlySpan<double> point) => losses.GetOrAdd(new Point(point), at => -(runner.Value.Run(Strategies.Create(strategy,
        space.Parameters.Select((parameter, i) => (parameter.Name, parameter.Value(at.Numbers[i]).Number)).ToDictionary())).Statistics.Sharpe ?? double.NegativeInfinity));
}
