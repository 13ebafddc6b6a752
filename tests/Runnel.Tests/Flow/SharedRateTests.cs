using System.Diagnostics;
using Runnel.TestKit;

namespace Runnel.Tests.Flow;

public sealed class SharedRateTests(RedisFixture redis)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clients_that_share_a_name_share_its_turns()
    {
        RunnelOptions options = new() { RedisUrl = redis.Url, Queue = redis.NewQueue() };
        await using RunnelClient one = await RunnelClient.ConnectAsync(options, Token), other = await RunnelClient.ConnectAsync(options, Token);
        RateLimit rate = new(100, TimeSpan.FromSeconds(1)) { Burst = 10 };
        SharedRate[] rates = [one.Flow.GetSharedRate("exchange", rate), other.Flow.GetSharedRate("exchange", rate)];

        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => rates[i % 2].WaitAsync(Token)));

        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromSeconds(0.29)); // 10 at once, then 30 at 10 ms
    }

    [Fact]
    public async Task Names_do_not_share_and_a_hold_keeps_all_waiting()
    {
        RunnelOptions options = new() { RedisUrl = redis.Url, Queue = redis.NewQueue() };
        await using RunnelClient client = await RunnelClient.ConnectAsync(options, Token);
        RateLimit rate = new(100, TimeSpan.FromSeconds(1)) { Burst = 5 };
        SharedRate held = client.Flow.GetSharedRate("held", rate);
        await held.HoldAsync(TimeSpan.FromSeconds(0.4), Token);
        long started = Stopwatch.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.Flow.GetSharedRate("free", rate).WaitAsync(Token)));
        Task first = held.WaitAsync(Token);
        Assert.False(first.IsCompleted);
        await first;

        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromSeconds(0.35)); // the hold began before the clock
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("a b", 1)]
    [InlineData("a", 0)]
    public async Task A_wrong_name_or_rate_is_refused(string name, int count)
    {
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = redis.NewQueue() }, Token);

        Assert.Throws<PayloadException>(() => client.Flow.GetSharedRate(name, new RateLimit(count, TimeSpan.FromSeconds(1))));
    }
}
