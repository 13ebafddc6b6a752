using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Tests.Redis;

public sealed class RedisAddressTests
{
    [Theory]
    [InlineData("redis://localhost", "localhost:6379")]
    [InlineData("redis://localhost:7000/2", "localhost:7000")]
    [InlineData("redis://127.0.0.1:7000", "127.0.0.1:7000")]
    [InlineData("redis://user:pa%40ss@example.org:7000/2", "example.org:7000")]
    [InlineData("rediss://:secret@example.org", "example.org:6379")]
    [InlineData("redis://a:1,b:2", "a:1,b:2")]
    [InlineData("redis-sentinel://a,b:1/mymaster", "a:26379,b:1")]
    [InlineData("localhost:7000,password=secret", "localhost:7000")]
    public void Reads_the_forms_that_people_write(string address, string servers) =>
        Assert.Equal(servers, RedisAddress.Describe(RedisAddress.Parse(address)).Replace("Unspecified/", "", StringComparison.Ordinal));

    [Fact]
    public void Reads_user_password_database_and_service()
    {
        ConfigurationOptions login = RedisAddress.Parse("redis://user:pa%40ss@example.org:7000/2");
        ConfigurationOptions tls = RedisAddress.Parse("rediss://:secret@example.org");
        ConfigurationOptions sentinel = RedisAddress.Parse("redis-sentinel://a/mymaster");
        ConfigurationOptions socket = RedisAddress.Parse("unix:///tmp/redis.sock");

        Assert.Equal(("user", "pa@ss", 2), (login.User, login.Password, login.DefaultDatabase));
        Assert.Equal((null, "secret", true), (tls.User, tls.Password, tls.Ssl));
        Assert.Equal("mymaster", sentinel.ServiceName);
        Assert.Equal("unix:/tmp/redis.sock", RedisAddress.Describe(socket));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("http://localhost", "http://")]
    [InlineData("redis://localhost:port", "'port'")]
    [InlineData("redis://localhost:99999", "'99999'")]
    [InlineData("redis://localhost/db", "'db'")]
    [InlineData("redis-sentinel://localhost", "service")]
    [InlineData("redis://user:topsecret@localhost:port", "'port'")]
    public void Says_what_is_wrong_without_the_password(string address, string part)
    {
        RunnelException e = Assert.Throws<RunnelException>(() => RedisAddress.Parse(address));

        Assert.Contains(part, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", e.Message, StringComparison.Ordinal);
    }
}
