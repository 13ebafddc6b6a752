using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Runnel.TestKit;

namespace Runnel.Tests;

public sealed class MetricsTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Counts_what_was_submitted_and_how_it_ended_by_the_documented_names()
    {
        TaskCompletionSource started = new(), release = new();
        await using TestHost host = await TestHost.StartAsync(redis, b => b
            .AddTaskHandler("fine", (_, _) => Task.FromResult<object?>(1))
            .AddTaskHandler("wait", async (_, _) =>
            {
                started.SetResult();
                await release.Task;
                return null;
            })
            .AddTaskHandler("broken", (_, _) => throw new InvalidOperationException("no"), o => o.Retry = RetryPolicy.Fixed(TimeSpan.Zero))
            .AddTaskHandler("slow", async (_, cancellationToken) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                return null;
            }));
        ConcurrentDictionary<string, long> counted = new();
        using MeterListener listener = Listen(host.Services.GetRequiredService<RunnelMetrics>().Submitted.Meter, counted);

        string[] ids =
        [
            await host.Client.SubmitAsync("fine", 1, new SubmitOptions { Id = "once" }, TestContext.Current.CancellationToken),
            await host.Client.SubmitAsync("broken", 1, new SubmitOptions { MaxRetries = 1 }, TestContext.Current.CancellationToken),
            await host.Client.SubmitAsync("slow", 1, new SubmitOptions { MaxRetries = 0, Timeout = TimeSpan.FromSeconds(1) }, TestContext.Current.CancellationToken),
        ];
        await host.Client.SubmitAsync("fine", 1, new SubmitOptions { Id = "once" }, TestContext.Current.CancellationToken);
        string held = await host.Client.SubmitAsync("wait", 1, cancellationToken: TestContext.Current.CancellationToken);
        await started.Task;
        foreach (string id in ids)
            await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => counted.GetValueOrDefault("active_tasks") == 1, Deadline, "one handler is left", TestContext.Current.CancellationToken);
        release.SetResult();
        await host.Client.WaitAsync(held, Deadline, TestContext.Current.CancellationToken);
        await host.StopAsync();

        Assert.Equal(4, counted["tasks_submitted"]);
        Assert.Equal(2, counted["tasks_completed"]);
        Assert.Equal(2, counted["tasks_failed"]);
        Assert.Equal(1, counted["tasks_timeout"]);
        Assert.Equal(1, counted["tasks_retried"]);
        Assert.Equal(0, counted["active_tasks"]);
    }

    [Fact]
    public async Task Counts_the_members_of_a_batch_once_however_often_it_is_submitted()
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("fine", (_, _) => Task.FromResult<object?>(1)));
        ConcurrentDictionary<string, long> counted = new();
        using MeterListener listener = Listen(host.Services.GetRequiredService<RunnelMetrics>().Submitted.Meter, counted);

        for (int call = 0; call < 2; call++)
            await host.Client.SubmitBatchAsync("fine", Enumerable.Range(0, 250).ToAsyncEnumerable(), new BatchOptions { Id = "nightly" }, TestContext.Current.CancellationToken);
        await host.Client.WaitForBatchAsync("nightly", Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(250, counted["tasks_submitted"]);
        Assert.Equal(250, (await host.Client.GetStatsAsync(TestContext.Current.CancellationToken)).Submitted);
    }

    private static MeterListener Listen(Meter meter, ConcurrentDictionary<string, long> counted)
    {
        MeterListener listener = new()
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (ReferenceEquals(instrument.Meter, meter))
                    l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => counted.AddOrUpdate(instrument.Name, value, (_, old) => old + value));
        listener.Start();
        return listener;
    }
}
