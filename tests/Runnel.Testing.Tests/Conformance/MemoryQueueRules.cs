namespace Runnel.Testing.Tests.Conformance;

/// <summary>The rules, kept by the queue in memory.</summary>
public sealed class MemoryQueueRules : QueueRules
{
    protected override Task<IQueueUnderTest> StartAsync(Action<RunnelBuilder> handlers) => Task.FromResult<IQueueUnderTest>(new MemoryQueue(handlers));
}
