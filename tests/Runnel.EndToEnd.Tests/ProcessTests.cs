using Runnel.TestKit;

namespace Runnel.EndToEnd.Tests;

/// <summary>Tests of worker processes that are sent signals, each with a queue of its own and a client of it.</summary>
public abstract class ProcessTests(RedisFixture redis) : IAsyncLifetime
{
    private RunnelClient? connected;

    private protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private protected RedisFixture Redis => redis;

    private protected string Queue { get; } = redis.NewQueue();

    private protected RunnelClient Client => connected!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        connected = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = Queue }, Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        if (connected is not null)
            await connected.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
