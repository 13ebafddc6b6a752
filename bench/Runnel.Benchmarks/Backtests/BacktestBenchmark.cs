using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Benchmarks.Backtests;

/// <summary>Measures the engine: medians of repeated runs, each beside the ceiling measured in turn with it.</summary>
internal static class BacktestBenchmark
{
    private const int Million = 1_000_000;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static int Run(string? jsonFile)
    {
        Klines minutes = SyntheticMarket.Create(Million, 60_000, seed: 7), hours = SyntheticMarket.Create(44_766, 3_600_000, seed: 8);
        Strategy cross = Strategies.Create("sma_cross", new Dictionary<string, double> { ["fast"] = 20, ["slow"] = 50 });
        BacktestSettings settings = new() { Commission = 0.0006 };
        double[] fast = new double[Million], slow = new double[Million];
        (double Equity, double Drawdown) HandWrittenRun(double[]? equity)
        {
            HandWritten.Average(minutes.Close, 20, fast);
            HandWritten.Average(minutes.Close, 50, slow);
            return HandWritten.Run(minutes, fast, slow, 50, settings.Commission, equity);
        }

        BacktestStatistics check = Backtest.RunStatistics(minutes, cross, settings);
        (double finalEquity, _) = HandWrittenRun(null);
        if (Math.Abs(check.FinalEquity - finalEquity) > 1e-3 * finalEquity)
            Console.Error.WriteLine($"The hand-written loop ends at {finalEquity}, the engine at {check.FinalEquity}: they do not measure the same.");

        List<BenchmarkRow> rows = [];
        (double ours, double ceiling) = Measure(() => Backtest.Run(minutes, cross, settings), () => HandWrittenRun(new double[Million]));
        rows.Add(new BenchmarkRow("SMA crossover, 1,000,000 bars, trades and equity kept", Million / ours / 1e6, "million bars/s", 20, Million / ceiling / 1e6));
        (ours, ceiling) = Measure(() => Backtest.RunStatistics(minutes, cross, settings), () => HandWrittenRun(null));
        rows.Add(new BenchmarkRow("the same, statistics only", Million / ours / 1e6, "million bars/s", 60, Million / ceiling / 1e6));
        (ours, _) = Measure(() => Backtest.Run(minutes, new FiveIndicators(), settings), null);
        rows.Add(new BenchmarkRow("5 indicators, stop-loss, take-profit, trailing stop, in C#", Million / ours / 1e6, "million bars/s", 8, null));
        rows.Add(new BenchmarkRow("heap allocated per further bar, statistics only", AllocatedPerBar(cross, settings), "bytes", 0, null));
        rows.Add(Sweep(hours, settings));
        rows.AddRange(DeclaredBenchmark.Rows(minutes, settings));
        Print(rows);
        if (jsonFile is not null)
            File.WriteAllText(jsonFile, JsonSerializer.Serialize(new { machine = Machine(), rows }, Indented));
        return rows.All(row => row.Unit is "bytes" or "times" ? row.Value <= row.Bar : row.Value >= row.Bar) ? 0 : 1;
    }

    private static BenchmarkRow Sweep(Klines klines, BacktestSettings settings)
    {
        int threads = Math.Min(2, Environment.ProcessorCount);
        double[] fasts = [.. Enumerable.Range(1, 25).Select(n => 2.0 * n)], slows = [.. Enumerable.Range(1, 40).Select(n => 50 + 5.0 * n)];
        IReadOnlyList<Strategy> pairs = ParameterGrid.Expand("sma_cross", [new("fast", fasts), new("slow", slows)]);
        double[][] averages = new double[251][];
        foreach (int period in fasts.Concat(slows).Select(p => (int)p))
            averages[period] = new double[klines.Count];
        (double ours, double ceiling) = Measure(() => GridSearch.Run(klines, pairs, settings, threads), () =>
        {
            foreach (int period in fasts.Concat(slows).Select(p => (int)p))
                HandWritten.Average(klines.Close, period, averages[period]);
            double[] results = new double[pairs.Count];
            Parallel.For(0, pairs.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            {
                int quick = (int)pairs[i].Parameters["fast"], late = (int)pairs[i].Parameters["slow"];
                results[i] = HandWritten.Run(klines, averages[quick], averages[late], late, settings.Commission, null).Equity;
            });
            return results;
        });
        double evaluations = (double)pairs.Count * klines.Count / 1e6;
        return new BenchmarkRow($"{pairs.Count} pairs over {klines.Count} bars, {threads} threads, statistics kept", evaluations / ours, "million bars/s", 250, evaluations / ceiling);
    }

    // Two lengths, so that what a run allocates once cancels out.
    private static double AllocatedPerBar(Strategy strategy, BacktestSettings settings)
    {
        long Of(int bars)
        {
            Klines klines = SyntheticMarket.Create(bars, 60_000, seed: 7);
            Backtest.RunStatistics(klines, strategy, settings);
            long least = long.MaxValue; // a collection empties array pools, which are then filled anew
            for (int i = 0; i < 5; i++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                Backtest.RunStatistics(klines, strategy, settings);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            return least;
        }

        return (Of(400_000) - Of(200_000)) / 200_000.0;
    }

    /// <summary>Median seconds of both, run in turn so that a busy machine hits both.</summary>
    internal static (double Ours, double Ceiling) Measure(Func<object> ours, Func<object>? ceiling)
    {
        const int WarmUp = 12, Repeats = 15;
        List<double> first = [], second = [];
        for (int i = 0; i < WarmUp + Repeats; i++)
        {
            double a = Seconds(ours), b = ceiling is null ? 0 : Seconds(ceiling);
            if (i < WarmUp)
                continue;
            first.Add(a);
            second.Add(b);
        }

        return (first.Order().ElementAt(Repeats / 2), second.Order().ElementAt(Repeats / 2));
    }

    private static double Seconds(Func<object> run)
    {
        long start = Stopwatch.GetTimestamp();
        GC.KeepAlive(run());
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Print(List<BenchmarkRow> rows)
    {
        Console.WriteLine(Machine());
        foreach (BenchmarkRow row in rows)
        {
            string ceiling = row.Ceiling is null ? "" : string.Create(CultureInfo.InvariantCulture, $"; hand-written loop {row.Ceiling:0.0}, ratio {row.Ratio:0.00}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name}: {row.Value:0.0##} {row.Unit} (bar {row.Bar:0.#}){ceiling}"));
        }
    }

    private static string Machine() => $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} cores";
}
