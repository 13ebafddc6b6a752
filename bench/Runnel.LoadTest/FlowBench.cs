using System.Diagnostics;
using StackExchange.Redis;

namespace Runnel.LoadTest;

/// <summary>What a fair group costs beside plain tasks, and how fair it is: one group with all tasks, then another with a hundred.</summary>
internal static class FlowBench
{
    private const int Slots = 64;
    private static readonly string Payload = new('x', 189);

    public static async Task RunAsync(string address, int tasks, Report report)
    {
        Uri uri = new(address);
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(
            new ConfigurationOptions { EndPoints = { { uri.Host, uri.Port } }, AllowAdmin = true, Protocol = RedisProtocol.Resp2 });
        IDatabase redis = connection.GetDatabase();
        Console.WriteLine($"{Environment.ProcessorCount} processors, Redis {connection.GetServers()[0].Version}, {tasks} tasks, {Slots} slots, one round; baseline: the same tasks without a group");
        await MeasureAsync(address, redis, tasks / 10, null);
        Figures plain = await MeasureAsync(address, redis, tasks, null);
        Figures grouped = await MeasureAsync(address, redis, tasks, "A");
        report.Add("CPU of Redis to submit a task with a group", grouped.SubmitCpu, "us", plain.SubmitCpu);
        report.Add("CPU of Redis to admit and complete it", grouped.DrainCpu, "us", plain.DrainCpu);
        report.Add("tasks with a group, draining a backlog", grouped.DrainRate, "tasks/s", plain.DrainRate);
        report.Add("Redis memory per waiting task with a group", grouped.Memory, "bytes", plain.Memory);
        report.Add("left of the large group when the small one is done", 100.0 * grouped.Left / tasks, "%");
    }

    private static async Task<Figures> MeasureAsync(string address, IDatabase redis, int tasks, string? group)
    {
        await redis.ExecuteAsync("FLUSHALL");
        string queue = $"bench:{Guid.NewGuid():N}";
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = address, Queue = queue });
        double before = await QueueBench.InfoAsync(redis, "memory", "used_memory");
        CpuMeter meter = await CpuMeter.StartAsync(redis);
        await client.SubmitManyAsync("noop", Enumerable.Repeat(Payload, tasks), new SubmitOptions { Group = group });
        double submitCpu = (await meter.PerTaskAsync(tasks)).Redis;
        double memory = (await QueueBench.InfoAsync(redis, "memory", "used_memory") - before) / tasks;
        await client.SubmitManyAsync("noop", Enumerable.Repeat(Payload, 100), new SubmitOptions { Group = group is null ? null : "B" });

        meter = await CpuMeter.StartAsync(redis);
        long started = Stopwatch.GetTimestamp();
        await using BenchHost host = await BenchHost.StartAsync(address, queue, Slots, b => b.AddTaskHandler("noop", (_, _) => Task.FromResult<object?>(null)));
        long left = 0;
        while (group is not null && await client.Flow.GetGroupAsync("B") is { } small && small.Waiting + small.Admitted > 0)
            await Task.Yield();
        if (group is not null)
            left = (await client.Flow.GetGroupAsync(group)).Waiting;
        while ((await client.GetStatsAsync()).Completed < tasks + 100)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System); // asking costs the server that is measured: 1 % of a drain of 2 s at most
        double rate = tasks / Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new Figures(submitCpu, (await meter.PerTaskAsync(tasks)).Redis, rate, memory, left);
    }

    private sealed record Figures(double SubmitCpu, double DrainCpu, double DrainRate, double Memory, long Left);
}
