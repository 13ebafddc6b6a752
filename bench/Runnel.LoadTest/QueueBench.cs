using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using StackExchange.Redis;

namespace Runnel.LoadTest;

/// <summary>Throughput, latency and cost of the queue, each beside a baseline of the same run on the same Redis.</summary>
internal static class QueueBench
{
    private const int Rounds = 3;
    internal static readonly byte[] Payload = Encoding.UTF8.GetBytes("{\"text\":\"" + new string('x', 189) + "\"}");

    public static async Task RunAsync(string address, int tasks, bool throughputOnly, Report report)
    {
        Uri uri = new(address);
        ConfigurationOptions options = new() { EndPoints = { { uri.Host, uri.Port } }, AllowAdmin = true, Protocol = RedisProtocol.Resp2 };
        await using ConnectionMultiplexer producer = await ConnectionMultiplexer.ConnectAsync(options);
        IDatabase redis = producer.GetDatabase();
        Console.WriteLine($"{Environment.ProcessorCount} processors, Redis {producer.GetServers()[0].Version}, {Payload.Length}-byte payloads, medians of {Rounds} rounds, baselines of the same run");
        Console.WriteLine($"{"",-58} {"value",12} {"unit",-9} {"baseline",12}  {"ratio",6}");

        await using (ConnectionMultiplexer consumer = await ConnectionMultiplexer.ConnectAsync(options))
            await ThroughputAsync(address, redis, consumer.GetDatabase(), tasks, report);
        if (throughputOnly)
            return;
        await SubmitAsync(address, redis, tasks, report);
        await PickupAsync(address, report);
        await WakeBench.RunAsync(address, report);
        await MemoryAsync(address, redis, tasks, report);
        await LatenessBench.RunAsync(address, redis, report);
        await IdleAsync(address, redis, report);
        await DrainAsync(address, redis, tasks, report);
        await WaitsBench.RunAsync(address, redis, report);
        await RenewalBench.RunAsync(address, redis, report);
    }

    private static async Task ThroughputAsync(string address, IDatabase redis, IDatabase consumer, int tasks, Report report)
    {
        await RawLoop.EndToEndAsync(redis, consumer, Payload, tasks); // once each before the rounds that count: the runtime compiles
        await EndToEndAsync(address, tasks);
        List<double> raw = [], ours = [];
        List<(double Redis, double Own)> rawCpu = [], oursCpu = [];
        for (int round = 0; round < Rounds; round++)
        {
            CpuMeter meter = await CpuMeter.StartAsync(redis);
            raw.Add(await RawLoop.EndToEndAsync(redis, consumer, Payload, tasks));
            rawCpu.Add(await meter.PerTaskAsync(tasks));
            meter = await CpuMeter.StartAsync(redis);
            ours.Add(await EndToEndAsync(address, tasks));
            oursCpu.Add(await meter.PerTaskAsync(tasks));
        }

        report.Add("raw XADD, XREADGROUP, XACK+XDEL in batches of 100", Median(raw), "tasks/s");
        report.Add("end to end no-op, submit and process at once", Median(ours), "tasks/s", Median(raw), "results stored, ownership checked");
        report.Add("CPU of Redis per task, end to end", Median([.. oursCpu.Select(c => c.Redis)]), "us", Median([.. rawCpu.Select(c => c.Redis)]));
        report.Add("CPU of client and worker per task, end to end", Median([.. oursCpu.Select(c => c.Own)]), "us", Median([.. rawCpu.Select(c => c.Own)]));
    }

    internal static async Task<double> EndToEndAsync(string address, int tasks)
    {
        string queue = NewQueue();
        await using RunnelClient client = await ConnectAsync(address, queue);
        int ran = 0;
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using BenchHost host = await BenchHost.StartAsync(address, queue, 256, b => b.AddTaskHandler("noop", (_, _) =>
        {
            if (Interlocked.Increment(ref ran) == tasks)
                all.SetResult();
            return Task.FromResult<object?>(null);
        }));
        long started = Stopwatch.GetTimestamp();
        Task submit = Task.Run(() => SubmitManyAsync(client, tasks));
        await all.Task;
        while ((await client.GetStatsAsync()).Completed < tasks)
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System); // all have run; the last results are on their way
        double rate = tasks / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await submit;
        return rate;
    }

    /// <summary>In batches of as many as the raw loop's, each awaited as those are.</summary>
    private static async Task SubmitManyAsync(RunnelClient client, int tasks)
    {
        JsonElement payload = JsonElement.Parse(Payload);
        for (int sent = 0; sent < tasks; sent += RawLoop.Batch)
            await client.SubmitManyAsync("noop", Enumerable.Repeat(payload, RawLoop.Batch));
    }

    private static async Task SubmitBulkAsync(RunnelClient client, int tasks)
    {
        Task[] batch = new Task[RawLoop.Batch];
        for (int sent = 0; sent < tasks; sent += batch.Length)
        {
            for (int i = 0; i < batch.Length; i++)
                batch[i] = client.SubmitRawAsync("noop", Payload);
            await Task.WhenAll(batch);
        }
    }

    private static async Task SubmitAsync(string address, IDatabase redis, int tasks, Report report)
    {
        List<double> rawOne = [], one = [], rawBulk = [], flying = [], bulk = [];
        for (int round = 0; round < Rounds; round++)
        {
            await using RunnelClient client = await ConnectAsync(address, NewQueue());
            RedisKey stream = NewQueue();
            rawOne.Add(await RawLoop.SubmitOneByOneAsync(redis, stream, Payload, tasks / 10));
            long started = Stopwatch.GetTimestamp();
            for (int i = 0; i < tasks / 10; i++)
                await client.SubmitRawAsync("noop", Payload);
            one.Add(tasks / 10 / Stopwatch.GetElapsedTime(started).TotalSeconds);
            rawBulk.Add(await RawLoop.SubmitAsync(redis, stream, Payload, tasks));
            started = Stopwatch.GetTimestamp();
            await SubmitBulkAsync(client, tasks);
            flying.Add(tasks / Stopwatch.GetElapsedTime(started).TotalSeconds);
            started = Stopwatch.GetTimestamp();
            await SubmitManyAsync(client, tasks);
            bulk.Add(tasks / Stopwatch.GetElapsedTime(started).TotalSeconds);
            await redis.ExecuteAsync("FLUSHALL");
        }

        report.Add("submit, one awaited at a time", Median(one), "tasks/s", Median(rawOne), "baseline: XADD");
        report.Add("submit, 100 in flight", Median(flying), "tasks/s", Median(rawBulk), "baseline: XADD");
        report.Add("submit, in bulk of 100", Median(bulk), "tasks/s", Median(rawBulk), "SubmitManyAsync; baseline: XADD");
    }

    /// <summary>Time from the call of submit to the handler's first line, on an idle worker.</summary>
    private static async Task PickupAsync(string address, Report report)
    {
        const int Samples = 1000;
        List<double> times = [];
        using SemaphoreSlim picked = new(0);
        long submitted = 0;
        await using BenchHost host = await BenchHost.StartAsync(address, NewQueue(), 4, b => b.AddTaskHandler("noop", (_, _) =>
        {
            times.Add(Stopwatch.GetElapsedTime(Interlocked.Read(ref submitted)).TotalMilliseconds);
            picked.Release();
            return Task.FromResult<object?>(null);
        }));
        for (int i = 0; i < Samples; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System); // the worker is idle again: the row measures that case
            Interlocked.Exchange(ref submitted, Stopwatch.GetTimestamp());
            await host.Client.SubmitRawAsync("noop", Payload);
            await picked.WaitAsync();
        }

        times.RemoveRange(0, Samples / 10);
        report.Add("pickup latency, idle worker, p50", Percentile(times, 0.5), "ms");
        report.Add("pickup latency, idle worker, p99", Percentile(times, 0.99), "ms");
    }

    private static async Task MemoryAsync(string address, IDatabase redis, int tasks, Report report)
    {
        await redis.ExecuteAsync("FLUSHALL");
        string queue = NewQueue();
        await using RunnelClient client = await ConnectAsync(address, queue);
        double before = await InfoAsync(redis, "memory", "used_memory");
        await SubmitBulkAsync(client, tasks);
        report.Add("Redis memory per queued task", (await InfoAsync(redis, "memory", "used_memory") - before) / tasks, "bytes");

        await using (await BenchHost.StartAsync(address, queue, 256, b => b.AddTaskHandler("noop", (_, _) => Task.FromResult<object?>(null))))
        {
            while ((await client.GetStatsAsync()).Completed < tasks)
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System); // the row is a size, not a time
        }

        double packed = (await InfoAsync(redis, "memory", "used_memory") - before) / tasks;
        await redis.ExecuteAsync("FLUSHALL");
        string envelope = $"{{\"type\":\"noop\",\"worker\":\"{Environment.MachineName}-12345-abcdef\",\"submitted_ms\":1700000000000,\"started_ms\":1700000000000,\"finished_ms\":1700000000000,\"result\":null}}";
        Task[] keys = new Task[RawLoop.Batch];
        for (int sent = 0; sent < tasks; sent += keys.Length)
        {
            for (int i = 0; i < keys.Length; i++)
                keys[i] = redis.StringSetAsync($"{{{queue}}}:result:n1700000000000-{sent + i}", envelope, TimeSpan.FromHours(24));
            await Task.WhenAll(keys);
        }

        report.Add("Redis memory per stored result", packed, "bytes", (await InfoAsync(redis, "memory", "used_memory") - before) / tasks, "baseline: a key for each; with the queue's own keys");
        await redis.ExecuteAsync("FLUSHALL");
    }

    private static async Task IdleAsync(string address, IDatabase redis, Report report)
    {
        await using BenchHost host = await BenchHost.StartAsync(address, NewQueue(), 4, b => b.AddTaskHandler("noop", (_, _) => Task.FromResult<object?>(null)));
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System); // what a start sends is no idling
        await redis.ExecuteAsync("CONFIG", "RESETSTAT");
        await Task.Delay(TimeSpan.FromSeconds(15), TimeProvider.System); // the row is a count in a time: ten beats
        double commands = 0;
        foreach (string command in new[] { "evalsha", "xreadgroup", "xread", "ping", "publish" })
            commands += await CallsAsync(redis, command);
        report.Add("idle worker, commands to Redis", commands / 15, "1/s", note: "as sent; a script counts as one");
    }

    /// <summary>Drains a backlog that was there before the worker, small and large, and counts what the worker sent for it.</summary>
    private static async Task DrainAsync(string address, IDatabase redis, int tasks, Report report)
    {
        List<double> small = [], large = [];
        for (int round = 0; round < Rounds; round++)
        {
            small.Add(await DrainOnceAsync(address, redis, Math.Max(1000, tasks / 10)));
            await redis.ExecuteAsync("CONFIG", "RESETSTAT");
            large.Add(await DrainOnceAsync(address, redis, tasks * 5));
        }

        double sent = await CallsAsync(redis, "evalsha") + await CallsAsync(redis, "xreadgroup");
        report.Add($"drain {tasks * 5:N0} queued tasks, time per task", Median(large) * 1e6, "us", Median(small) * 1e6, $"baseline: {tasks / 10:N0} queued");
        report.Add("commands per task, draining a backlog (upper bound)", sent / (tasks * 5.0), "1/task", note: "round trips are fewer: reads go in pairs");
    }

    private static async Task<double> DrainOnceAsync(string address, IDatabase redis, int tasks)
    {
        string queue = NewQueue();
        await using RunnelClient client = await ConnectAsync(address, queue);
        await SubmitBulkAsync(client, tasks);
        int ran = 0;
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long started = Stopwatch.GetTimestamp();
        await using (BenchHost host = await BenchHost.StartAsync(address, queue, 256, b => b.AddTaskHandler("noop", (_, _) =>
        {
            if (Interlocked.Increment(ref ran) == tasks)
                all.SetResult();
            return Task.FromResult<object?>(null);
        })))
        {
            await all.Task;
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await redis.ExecuteAsync("FLUSHALL");
        return seconds / tasks;
    }

    private static async Task<double> CallsAsync(IDatabase redis, string command)
    {
        string info = (string)(await redis.ExecuteAsync("INFO", "commandstats"))!;
        string? line = info.Split('\n').FirstOrDefault(l => l.StartsWith($"cmdstat_{command}:calls=", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..line.IndexOf(',', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
    }

    internal static async Task<double> InfoAsync(IDatabase redis, string section, string name)
    {
        string info = (string)(await redis.ExecuteAsync("INFO", section))!;
        string line = info.Split('\n').First(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return double.Parse(line.AsSpan(name.Length + 1).Trim(), CultureInfo.InvariantCulture);
    }

    internal static Task<RunnelClient> ConnectAsync(string address, string queue) =>
        RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = address, Queue = queue });

    internal static string NewQueue() => $"bench:{Guid.NewGuid():N}";

    internal static double Median(List<double> values) => Percentile(values, 0.5);

    internal static double Percentile(List<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }
}
