using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Runnel.TestKit;

namespace Runnel.Supervision.Tests;

public sealed class SupervisorLinkTests(RedisFixture redis)
{
    private const string Id = "supervisor";
    private readonly string queue = redis.NewQueue();
    private readonly FakeTimeProvider time = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData($"echo {SupervisedProcess.ReadyLine}; ")]
    public Task Kills_a_worker_that_lost_its_lease_for_15_seconds_even_before_it_said_that_it_is_ready(string first) =>
        KillsAsync(first, TimeSpan.FromSeconds(15), async process =>
        {
            await redis.Database.SortedSetAddAsync($"{{{queue}}}:workers:workers", "w", double.PositiveInfinity);
            await redis.Database.HashSetAsync($"{{{queue}}}:worker:w", [new("supervisor", Id), new("pid", process)]);
        });

    [Fact]
    public Task Kills_a_worker_that_takes_no_lease_within_a_minute_of_its_start() =>
        KillsAsync("", TimeSpan.FromSeconds(60), _ => Task.CompletedTask);

    private async Task KillsAsync(string first, TimeSpan after, Func<int, Task> begin)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The worker process of this test is a shell script.");
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, Cancelled);
        SupervisorOptions options = new() { Workers = 1, Command = new WorkerCommand("/bin/sh", ["-c", $"{first}exec sleep 1000"]), StopTimeout = TimeSpan.FromSeconds(0.1) };
        Supervisor supervisor = new(options, TextWriter.Null, TextWriter.Null, TimeProvider.System, NullLogger<Supervisor>.Instance);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        Task<SupervisorOutcome> run = supervisor.RunAsync(stop.Token, stop.Token);
        SupervisorLink link = new(client, supervisor, Id, autoscaled: false, time, NullLogger<SupervisorLink>.Instance) { Stop = _ => { } };
        int process = await OneOtherThanAsync(supervisor, 0);
        await begin(process);

        await link.BeatAsync(Cancelled);
        await redis.Database.SortedSetRemoveAsync($"{{{queue}}}:workers:workers", "w");
        time.Advance(after - TimeSpan.FromSeconds(0.1));
        await link.BeatAsync(Cancelled);
        Assert.Equal([process], supervisor.ProcessIds);
        time.Advance(TimeSpan.FromSeconds(0.1));
        await link.BeatAsync(Cancelled);

        await OneOtherThanAsync(supervisor, process);
        await stop.CancelAsync();
        await run;
    }

    private static async Task<int> OneOtherThanAsync(Supervisor supervisor, int known)
    {
        await Eventually.TrueAsync(
            () => supervisor.ProcessIds.Any(id => id != known), TimeSpan.FromSeconds(20), "there is another worker process", Cancelled);
        return supervisor.ProcessIds.Single();
    }
}
