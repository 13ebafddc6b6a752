using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Runnel.Backtesting;
using Runnel.MarketData;
using Runnel.Trading;

namespace Runnel.LoadTest;

/// <summary>A grid by worker processes through Redis, with every figure stored, beside the same grid in one process; the time until something is done; and how
/// it scales where trials only wait. On invented klines, so that it runs anywhere: what they look like changes no cost.</summary>
internal static class OptimizeBench
{
    private const int Bars = 44_767;
    private const int Rounds = 5;
    private const int Processes = 4;
    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task RunAsync(string address, Report report)
    {
        string folder = Directory.CreateTempSubdirectory("runnel-bench-").FullName;
        Console.WriteLine($"{Environment.ProcessorCount} processors; 100 x 100 SMA pairs over {Bars} hourly bars, {Processes} worker processes of the tool with one slot each, median of {Rounds} rounds");
        try
        {
            double inProcess = await InProcessAsync();
            double local = await LocalAsync(folder);
            (double queued, double firstChunk) = await QueuedAsync(address, folder);
            report.Add("trials of the grid through Redis, figures stored", 10_000 / queued, "trials/s", 10_000 / inProcess, "baseline: GridSearch on all cores in one process");
            report.Add("the same without a queue, figures stored", 10_000 / local, "trials/s", 10_000 / inProcess);
            report.Add("from submit to the first finished chunk", firstChunk * 1000, "ms");
            double one = await WaitingAsync(address, folder, workers: 1), sixteen = await WaitingAsync(address, folder, workers: 16);
            report.Add("trials that only wait, 16 workers", 1 / sixteen, "runs/s", 1 / one, $"{one / sixteen:0.00} times one worker");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Handlers(RunnelBuilder builder, string folder) => builder.AddBacktesting(options =>
        (options.DataFolder, options.AllowBybit, options.AllowSynthetic) = (folder, false, true));

    private static async Task<double> InProcessAsync()
    {
        KlineRequest request = new() { Symbol = "BTCUSDT", Interval = KlineInterval.OneHour, From = From, To = From.AddHours(Bars) };
        Klines klines = (await new SyntheticMarket(7, new KlineCache()).LoadAsync(request, CancellationToken.None)).Klines;
        IReadOnlyList<Strategy> pairs = ParameterGrid.Expand("sma_cross", [new("fast", Values(5)), new("slow", Values(110))]);
        BacktestSettings settings = new() { Cash = 10_000, Commission = 0.0006, Slippage = 0.0001, Size = OrderSize.Fraction(0.95), Lot = 0.001 };
        return await MedianAsync(_ =>
        {
            GridSearch.Run(klines, pairs, settings, Environment.ProcessorCount);
            return Task.CompletedTask;
        });
    }

    private static Task<double> LocalAsync(string folder)
    {
        TradingOptions options = new() { DataFolder = Path.Combine(folder, "local"), AllowBybit = false, AllowSynthetic = true };
        LocalOptimizer optimizer = new(options);
        return MedianAsync(round => optimizer.RunAsync(System.Text.Json.JsonSerializer.SerializeToElement(Payload($"local {round}")), Environment.ProcessorCount));
    }

    private static async Task<(double Seconds, double FirstChunk)> QueuedAsync(string address, string folder)
    {
        string queue = $"bench:{Guid.NewGuid():N}";
        ToolProcess workers = ToolProcess.Start(address, queue, Processes, Path.Combine(folder, "queued"));
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = address, Queue = queue });
        while ((await client.GetStatsAsync()).Workers.Count < Processes)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System); // nothing tells of a worker's start; before the clock runs
        List<double> first = [];
        double seconds = await MedianAsync(async round =>
        {
            using CancellationTokenSource over = new();
            long started = Stopwatch.GetTimestamp();
            Task<double> chunk = FirstChunkAsync(client, started, over.Token);
            string id = await client.SubmitGridSearchAsync(Payload($"queued {round}"));
            OptimizationReply? reply = await client.WaitForResultAsync<OptimizationReply>(id, Patience);
            if (reply?.Trials?.Completed != 10_000)
                throw new InvalidOperationException($"The grid ended with {reply?.Trials}.");
            first.Add(await chunk);
            await over.CancelAsync();
        });
        await workers.StopAsync();
        return (seconds, first[^Rounds..].Order().ElementAt(Rounds / 2));
    }

    private static async Task<double> FirstChunkAsync(RunnelClient client, long started, CancellationToken over)
    {
        await foreach (QueueEvent change in client.ReadEventsAsync(cancellationToken: over))
        {
            if (change.Ids.Any(id => id.StartsWith("optimization:", StringComparison.Ordinal)))
                return Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        return double.NaN;
    }

    /// <summary>Seconds for 9,600 trials of 10 ms that use no processor: long enough that the last chunks, which not all workers have, weigh little.</summary>
    private static async Task<double> WaitingAsync(string address, string folder, int workers)
    {
        string queue = $"bench:{Guid.NewGuid():N}";
        List<BenchHost> hosts = [];
        for (int i = 0; i < workers; i++)
        {
            hosts.Add(await BenchHost.StartAsync(address, queue, 1, builder =>
            {
                builder.Services.AddSingleton<ChunkRun>(WaitAsync);
                Handlers(builder, Path.Combine(folder, "waiting"));
            }));
        }

        GridSearchPayload payload = Payload($"waiting {workers}") with
        {
            ParamSpace = new Dictionary<string, IReadOnlyList<double>> { ["fast"] = Values(5)[..96], ["slow"] = Values(110) },
        };
        await hosts[0].Client.WaitForResultAsync<OptimizationReply>(await hosts[0].Client.SubmitGridSearchAsync(payload with { OptimizationId = $"warm {workers}", ParamSpace = new Dictionary<string, IReadOnlyList<double>> { ["fast"] = [5, 6], ["slow"] = Values(110)[..32] } }), Patience);
        long started = Stopwatch.GetTimestamp();
        string id = await hosts[0].Client.SubmitGridSearchAsync(payload);
        await hosts[0].Client.WaitForResultAsync<OptimizationReply>(id, Patience);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        foreach (BenchHost host in hosts)
            await host.DisposeAsync();
        return seconds;
    }

    private static async Task<ChunkResult> WaitAsync(OptimizationSession session, Chunk chunk, TimeProvider time, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        int done = 0;
        while (done < chunk.Count && (done == 0 || time.GetElapsedTime(started) < chunk.Budget))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), time, cancellationToken); // stands for a trial, so that 16 workers do not need 16 processors
            done++;
        }

        ChunkResult shape = await ChunkRunner.RunAsync(session, chunk with { Count = 1 }, time, cancellationToken);
        return shape with { Done = done, Elapsed = time.GetElapsedTime(started) };
    }

    private static async Task<double> MedianAsync(Func<int, Task> run)
    {
        List<double> seconds = [];
        for (int round = -2; round < Rounds; round++) // two to warm up
        {
            long started = Stopwatch.GetTimestamp();
            await run(round);
            if (round >= 0)
                seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return seconds.Order().ElementAt(Rounds / 2);
    }

    private static GridSearchPayload Payload(string id) => new()
    {
        OptimizationId = id,
        StrategyConfig = new StrategyConfig("sma_cross", new Dictionary<string, double>()),
        ParamSpace = new Dictionary<string, IReadOnlyList<double>> { ["fast"] = Values(5), ["slow"] = Values(110) },
        Symbol = "BTCUSDT",
        Interval = "1h",
        StartDate = From,
        EndDate = From.AddHours(Bars),
    };

    private static double[] Values(int first) => [.. Enumerable.Range(first, 100).Select(i => (double)i)];
}
