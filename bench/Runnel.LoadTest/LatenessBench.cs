using System.Collections.Concurrent;
using StackExchange.Redis;

namespace Runnel.LoadTest;

/// <summary>How late delayed tasks and schedules start: from the due time to the handler's first line, on the clock that Redis shares.</summary>
internal static class LatenessBench
{
    private const int Waiting = 100_000;
    private const int Due = 1000;
    private const int Schedules = 100;

    public static async Task RunAsync(string address, Report report)
    {
        Uri uri = new(address);
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions { EndPoints = { { uri.Host, uri.Port } }, AllowAdmin = true });
        await RunAsync(address, connection.GetDatabase(), report);
    }

    public static async Task RunAsync(string address, IDatabase redis, Report report)
    {
        await redis.ExecuteAsync("FLUSHALL");
        string queue = QueueBench.NewQueue();
        await using RunnelClient client = await QueueBench.ConnectAsync(address, queue);
        DateTimeOffset tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);
        await SubmitAsync(client, Waiting, i => tomorrow.AddMilliseconds(i));

        DateTimeOffset warm = NextSecond(3);
        await DelayedAsync(address, client, queue, "warming up", i => warm.AddMilliseconds(i * 1000.0 / Due), report: null);
        DateTimeOffset second = NextSecond(4);
        await DelayedAsync(address, client, queue, "spread over one second", i => second.AddMilliseconds(i * 1000.0 / Due), report);
        DateTimeOffset instant = NextSecond(4);
        await DelayedAsync(address, client, queue, "in one millisecond", _ => instant, report);
        await ScheduledAsync(address, client, queue, report);
        await redis.ExecuteAsync("FLUSHALL");
    }

    private static async Task DelayedAsync(
        string address, RunnelClient client, string queue, string name, Func<int, DateTimeOffset> dueAt, Report? report)
    {
        ConcurrentQueue<double> late = [];
        TaskCompletionSource all = new();
        await using BenchHost host = await StartAsync(address, queue, all, late, Due);
        await using BenchHost other = await StartAsync(address, queue, all, late, Due);
        await SubmitAsync(client, Due, dueAt);
        await all.Task;
        if (report is not null)
            Add(report, $"lateness, {Due:N0} due {name}, {Waiting:N0} delayed", [.. late]);
    }

    /// <summary>Schedules that all fire at each second, for ten seconds; before that two more are not counted.</summary>
    private static async Task ScheduledAsync(string address, RunnelClient client, string queue, Report report)
    {
        const int Seconds = 10;
        ConcurrentQueue<double> late = [];
        TaskCompletionSource all = new();
        await using BenchHost host = await StartAsync(address, queue, all, late, Schedules * (Seconds + 2));
        await using BenchHost other = await StartAsync(address, queue, all, late, Schedules * (Seconds + 2));
        for (int i = 0; i < Schedules; i++)
            await client.Schedules.AddAsync(new Schedule { Id = $"s{i}", Cron = "* * * * * *", Type = "late" });
        await all.Task;
        for (int i = 0; i < Schedules; i++)
            await client.Schedules.RemoveAsync($"s{i}");
        Add(report, $"lateness, {Schedules} schedules that fire each second", [.. late.Skip(Schedules * 2)]);
    }

    private static Task<BenchHost> StartAsync(string address, string queue, TaskCompletionSource all, ConcurrentQueue<double> late, int count) =>
        BenchHost.StartAsync(address, queue, 16, b => b.AddTaskHandler("late", (context, _) =>
        {
            double now = TimeProvider.System.GetUtcNow().Subtract(DateTimeOffset.UnixEpoch).TotalMilliseconds;
            late.Enqueue(now - (context.Id.StartsWith("schedule:", StringComparison.Ordinal) ? double.Parse(context.Id[(context.Id.LastIndexOf(':') + 1)..]) : context.GetPayload<double>()));
            if (late.Count >= count)
                all.TrySetResult();
            return Task.FromResult<object?>(null);
        }));

    private static async Task SubmitAsync(RunnelClient client, int count, Func<int, DateTimeOffset> dueAt)
    {
        foreach (int[] batch in Enumerable.Range(0, count).Chunk(500))
        {
            await Task.WhenAll(batch.Select(i =>
            {
                DateTimeOffset due = dueAt(i);
                return client.SubmitAsync("late", (double)due.ToUnixTimeMilliseconds(), new SubmitOptions { DueAt = due });
            }));
        }
    }

    private static DateTimeOffset NextSecond(int ahead) =>
        DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + ahead);

    private static void Add(Report report, string name, List<double> values)
    {
        report.Add(name + ", p50", QueueBench.Percentile(values, 0.5), "ms");
        report.Add(name + ", p99", QueueBench.Percentile(values, 0.99), "ms", note: $"worst {values.Max():N1}");
    }
}
