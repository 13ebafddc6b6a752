using Runnel.Worker;

namespace Runnel.Tests.Worker;

public sealed class HandlerThreadsTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public async Task Runs_as_many_blocking_handlers_at_once_as_it_may_and_no_more(int most)
    {
        using HandlerThreads threads = new(most, TimeProvider.System);
        using CountdownEvent together = new(most);
        using ManualResetEventSlim release = new();
        int running = 0, peak = 0;

        Task[] tasks = [.. Enumerable.Range(0, most + 5).Select(_ => Task.Factory.StartNew(
            () =>
            {
                int now = Interlocked.Increment(ref running);
                InterlockedMax(ref peak, now);
                if (together.CurrentCount > 0)
                    together.Signal();
                release.Wait(CancellationToken.None);
                Interlocked.Decrement(ref running);
            },
            CancellationToken.None, TaskCreationOptions.None, threads))];
        bool all = await Task.Run(() => together.Wait(Deadline), TestContext.Current.CancellationToken);
        release.Set();
        await Task.WhenAll(tasks).WaitAsync(Deadline, TestContext.Current.CancellationToken);

        Assert.True(all);
        Assert.Equal(most, peak);
    }

    [Fact]
    public async Task Continuations_stay_on_its_threads()
    {
        using HandlerThreads threads = new(2, TimeProvider.System);

        string?[] names = await Task.Factory.StartNew(
            async () =>
            {
                string? before = Thread.CurrentThread.Name;
                await Task.Yield();
                return new[] { before, Thread.CurrentThread.Name };
            },
            CancellationToken.None, TaskCreationOptions.None, threads).Unwrap();

        Assert.All(names, name => Assert.Equal("runnel-handler", name));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
