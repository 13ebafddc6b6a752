using System.Collections.Concurrent;
using Runnel.Redis;
using Runnel.TestKit;
using Runnel.Tests.Flow;

namespace Runnel.Tests.Worker;

/// <summary>A task that was in hand at two deaths runs with nothing beside it. Real processes die in Runnel.EndToEnd.Tests.</summary>
public sealed class IsolationTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly QueueKeys keys = new(redis.NewQueue(), "workers");
    private readonly TaskCompletionSource othersStarted = new(), release = new();
    private readonly ConcurrentQueue<string> seen = [];
    private int running;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_waits_for_the_others_and_none_starts_beside_it()
    {
        await using TestHost host = await StartAsync();
        string suspect = await SuspectAsync(host);

        release.SetResult();
        string[] later = [.. await host.Client.SubmitManyAsync("count", Enumerable.Range(0, 8), cancellationToken: Cancelled)];
        await host.Client.WaitAsync(suspect, Deadline, Cancelled);
        foreach (string id in later)
            await host.Client.WaitAsync(id, Deadline, Cancelled);

        Assert.Equal("alone", Assert.Single(seen));
    }

    [Fact]
    public async Task It_is_cancelled_while_it_waits()
    {
        await using TestHost host = await StartAsync();
        string suspect = await SuspectAsync(host);

        CancelResult result = await host.Client.CancelAsync(suspect, Cancelled);
        TaskInfo task = await host.Client.WaitAsync(suspect, Deadline, Cancelled);
        release.SetResult();

        Assert.Equal((CancelResult.Cancelling, TaskState.Cancelled), (result, task.State));
        Assert.Empty(seen);
    }

    [Fact]
    public async Task A_worker_that_stops_meanwhile_hands_it_back()
    {
        TestHost host = await StartAsync();
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = keys.Queue }, Cancelled);
        string suspect = await SuspectAsync(host);

        Task stop = host.StopAsync();
        await Eventually.TrueAsync(
            async () => (await client.FindAsync(suspect, Cancelled))!.State == TaskState.Queued, Deadline, "it waits again while the other still runs", Cancelled);
        release.SetResult();
        await stop;

        Assert.Equal((TaskState.Queued, 3), ((await client.FindAsync(suspect, Cancelled))!.State, (await client.FindAsync(suspect, Cancelled))!.Attempt));
        Assert.Empty(seen);
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Of_several_each_runs_alone()
    {
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = keys.Queue }, Cancelled);
        string[] suspects = [.. await client.SubmitManyAsync("suspect", Enumerable.Range(0, 6), cancellationToken: Cancelled)];
        await DieTwiceAsync();

        await using TestHost host = await StartAsync();
        foreach (string id in suspects)
            await client.WaitAsync(id, Deadline, Cancelled);

        Assert.Equal(Enumerable.Repeat("alone", 6), seen);
    }

    /// <summary>A worker of four slots with one task that runs until it is released, and in its hands a task that two workers died with.</summary>
    private async Task<string> SuspectAsync(TestHost host)
    {
        string suspect = await host.Client.SubmitAsync("suspect", 1, new SubmitOptions { Delay = TimeSpan.FromHours(1) }, Cancelled);
        await host.Client.SubmitAsync("hold", 1, cancellationToken: Cancelled);
        await othersStarted.Task;
        await redis.Database.HashSetAsync(keys.Record(suspect), [new("crashes", 2), new("attempt", 3)]); // as two deaths leave it
        await host.Client.WakeAsync(suspect, Cancelled);
        await Eventually.TrueAsync(
            async () => (await host.Client.FindAsync(suspect, Cancelled))!.State == TaskState.Running, Deadline, "the suspect is in hand", Cancelled);
        Assert.Empty(seen);
        return suspect;
    }

    private async Task DieTwiceAsync()
    {
        for (int death = 0; death < 2; death++)
        {
            await Deaths.DeliverAsync(redis.Database, keys, $"dead{death}");
            await Deaths.RecoverAsync(redis.Database, keys, $"dead{death}");
        }
    }

    private Task<TestHost> StartAsync() => TestHost.StartAsync(
        redis,
        b => b
            .AddTaskHandler("hold", async (_, _) =>
            {
                Interlocked.Increment(ref running);
                othersStarted.SetResult();
                await release.Task;
                Interlocked.Decrement(ref running);
                return null;
            })
            .AddTaskHandler("count", async (_, _) =>
            {
                Interlocked.Increment(ref running);
                await redis.Database.PingAsync(); // there long enough to be seen
                Interlocked.Decrement(ref running);
                return null;
            })
            .AddTaskHandler("suspect", async (_, _) =>
            {
                bool alone = Interlocked.Increment(ref running) == 1;
                for (int i = 0; i < 20 && alone; i++)
                {
                    await redis.Database.PingAsync(); // time for others to come, were they let
                    alone = Volatile.Read(ref running) == 1;
                }

                Interlocked.Decrement(ref running);
                seen.Enqueue(alone ? "alone" : "beside others");
                return null;
            }),
        queue: keys.Queue);
}
