using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Benchmarks.Data;

/// <summary>Measures the store of klines: a million 1-minute bars, written, read, imported.</summary>
internal static class DataBenchmark
{
    private const int Million = 1_000_000;
    private static readonly KlineSeries Minutes = new(KlineCategory.Linear, "BTCUSDT", KlineInterval.OneMinute);
    private static readonly TimeRange All = new(0, long.MaxValue);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static async Task<int> RunAsync(string? jsonFile)
    {
        string folder = Directory.CreateTempSubdirectory("runnel-bench-").FullName;
        try
        {
            List<DataRow> rows = await MeasureAsync(folder);
            string machine = $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} cores";
            Console.WriteLine(machine);
            foreach (DataRow row in rows)
                Console.WriteLine(row);
            if (jsonFile is not null)
                await File.WriteAllTextAsync(jsonFile, JsonSerializer.Serialize(new { machine, rows }, Indented));
            return rows.All(r => r.Bar is null || r.Value <= r.Bar) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<DataRow>> MeasureAsync(string folder)
    {
        Klines bars = TickMarket.Create(Million, seed: 7);
        KlineStore store = new(Path.Combine(folder, "store"));
        List<DataRow> rows = [];
        long started = Stopwatch.GetTimestamp();
        await store.WriteAsync(Minutes, new TimeRange(bars.OpenTimes[0], bars.OpenTimes[^1] + 60_000), bars, "bench", CancellationToken.None);
        rows.Add(new DataRow("write 1,000,000 bars to the store (23 files, each flushed to the disk)", Stopwatch.GetElapsedTime(started).TotalMilliseconds, "ms", null, null));

        (double elapsed, double cpu) = await MedianAsync(20, async () => await store.ReadAsync(Minutes, All, CancellationToken.None));
        rows.Add(new DataRow("load 1,000,000 1m bars from the store into the engine's arrays, warm", elapsed, "ms", 60, cpu));
        StoredSeries stored = (await store.FindAsync(Minutes, CancellationToken.None))!;
        rows.Add(new DataRow("bytes a bar in the store", (double)stored.Bytes / stored.Bars, "bytes", 16, null));
        rows.Add(new DataRow("memory that 1,000,000 loaded bars keep", await KeptAsync(store) / 1e6, "MB", 60, null));

        string csv = Path.Combine(folder, "bars.csv");
        CsvKlineWriter.Write(csv, bars);
        (elapsed, cpu) = await MedianAsync(3, async () =>
        {
            ImportedKlines imported = await KlineImport.ReadAsync(csv, "BTCUSDT", CancellationToken.None);
            await KlineImport.WriteAsync(store, Minutes, imported.Klines, replace: true, CancellationToken.None);
            return imported;
        });
        rows.Add(new DataRow("import a CSV of 1,000,000 rows into the store", elapsed, "ms", 2_000, cpu));
        DuckDbRows.AddTo(rows, Path.Combine(store.Folder, "linear", "BTCUSDT", "1", "*.parquet"));
        return rows;
    }

    private static async Task<double> KeptAsync(KlineStore store)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Klines? loaded = await store.ReadAsync(Minutes, All, CancellationToken.None);
        long after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(loaded);
        return after - before;
    }

    /// <summary>Median milliseconds by the clock, and the fewest of processor time over all threads: on a busy machine look at the latter.</summary>
    internal static async Task<(double Elapsed, double Cpu)> MedianAsync(int repeats, Func<Task<object?>> run)
    {
        List<double> elapsed = [], cpu = [];
        using Process self = Process.GetCurrentProcess();
        for (int i = -Math.Min(5, repeats); i < repeats; i++)
        {
            GC.Collect();
            TimeSpan before = self.TotalProcessorTime;
            long start = Stopwatch.GetTimestamp();
            GC.KeepAlive(await run());
            double taken = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            self.Refresh();
            if (i < 0)
                continue;
            elapsed.Add(taken);
            cpu.Add((self.TotalProcessorTime - before).TotalMilliseconds);
        }

        return (elapsed.Order().ElementAt(elapsed.Count / 2), cpu.Min());
    }
}

/// <summary>One line of the report; smaller is better.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Bar">What it may not exceed; null where nothing is promised.</param>
/// <param name="CpuMs">Fewest milliseconds of processor time; null where that says nothing.</param>
internal sealed record DataRow(string Name, double Value, string Unit, double? Bar, double? CpuMs)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Name}: {Value:0.0##} {Unit}{(Bar is { } bar ? $" (bar {bar:0})" : "")}{(CpuMs is { } cpu ? $"; processor time {cpu:0} ms" : "")}");
}
