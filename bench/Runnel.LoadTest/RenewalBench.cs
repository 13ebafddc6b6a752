using StackExchange.Redis;

namespace Runnel.LoadTest;

/// <summary>How late a worker renews its lease while 40 handlers keep the processors busy. Read from Redis, where a lease's end is the time of
/// its renewal and its length: what this process sees late does not count.</summary>
internal static class RenewalBench
{
    private const int Burners = 40;
    private const int Renewals = 300;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    public static async Task RunAsync(string address, Report report)
    {
        Uri uri = new(address);
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions { EndPoints = { { uri.Host, uri.Port } } });
        await RunAsync(address, connection.GetDatabase(), report);
    }

    public static async Task RunAsync(string address, IDatabase redis, Report report)
    {
        string queue = QueueBench.NewQueue();
        await using RunnelClient client = await QueueBench.ConnectAsync(address, queue);
        WorkerProcess worker = WorkerProcess.Start(address, queue, Burners, burns: true);
        await client.SubmitManyAsync("burn", Enumerable.Range(0, Burners));
        while ((await client.GetStatsAsync()).Running < Burners)
            await Task.Delay(Look, TimeProvider.System); // before the clock runs

        List<double> ends = [];
        while (ends.Count < Renewals)
        {
            SortedSetEntry[] leases = await redis.SortedSetRangeByRankWithScoresAsync($"{{{queue}}}:workers:workers");
            if (leases.Length == 1 && (ends.Count == 0 || leases[0].Score > ends[^1]))
                ends.Add(leases[0].Score);
            await Task.Delay(Look, TimeProvider.System); // a lease is seen by its score alone, and the processors belong to the burners
        }

        await worker.StopAsync();
        List<double> late = [.. ends.Zip(ends.Skip(1), (before, after) => Math.Max(0, after - before - WorkerProcess.RenewInterval.TotalMilliseconds))];
        string note = $"every {WorkerProcess.RenewInterval.TotalMilliseconds:0} ms, worst {late.Max():N0}";
        report.Add($"lateness of a lease's renewal, {Burners} handlers that burn, p50", QueueBench.Percentile(late, 0.5), "ms");
        report.Add($"lateness of a lease's renewal, {Burners} handlers that burn, p99", QueueBench.Percentile(late, 0.99), "ms", note: note);
    }
}
