using Runnel.TestKit;

namespace Runnel.Testing.Tests.Conformance;

/// <summary>The rules, kept by a worker on a real Redis.</summary>
public sealed class RedisQueueRules(RedisFixture redis) : QueueRules
{
    protected override Task<IQueueUnderTest> StartAsync(Action<RunnelBuilder> handlers) => RedisQueue.StartAsync(redis, handlers);
}
