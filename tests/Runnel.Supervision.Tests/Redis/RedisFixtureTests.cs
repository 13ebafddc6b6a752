using Runnel.TestKit;

namespace Runnel.Supervision.Tests;

public sealed class RedisFixtureTests(RedisFixture redis)
{
    [Fact]
    public async Task Comes_back_empty_on_the_same_port_after_a_restart()
    {
        await using RedisServer own = await redis.StartPrivateAsync(password: "p@ss:word");
        await own.Database.StringSetAsync("key", "value");
        int port = own.Port;

        await own.RestartAsync();

        Assert.Equal(port, own.Port);
        Assert.False(await own.Database.KeyExistsAsync("key"));
    }

    [Fact]
    public async Task Answers_as_soon_as_a_test_has_it() => Assert.True(await redis.Database.PingAsync() > TimeSpan.Zero);
}
