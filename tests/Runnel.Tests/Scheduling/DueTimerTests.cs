using Microsoft.Extensions.Time.Testing;
using Runnel.Worker;

namespace Runnel.Tests.Scheduling;

public sealed class DueTimerTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task Wakes_at_the_earliest_time_that_anybody_named()
    {
        using DueTimer timer = new(time);
        timer.DueIn(TimeSpan.FromSeconds(9));
        Task wait = timer.WaitAsync(TestContext.Current.CancellationToken);
        timer.DueIn(TimeSpan.FromSeconds(20));
        timer.NoteNext("5000", nowMs: 2000);
        timer.NoteNext("inf", nowMs: 2000);
        timer.NoteNext("", nowMs: 2000);

        await WakesAfterAsync(wait, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Who_stands_by_wakes_later_for_what_all_were_told_and_in_time_for_what_it_alone_knows()
    {
        using DueTimer timer = new(time) { StandsBy = true };

        timer.ToldDueIn(TimeSpan.FromMilliseconds(100));
        await WakesAfterAsync(timer.WaitAsync(TestContext.Current.CancellationToken), TimeSpan.FromMilliseconds(100) + DueTimer.StandByWait);

        timer.DueIn(TimeSpan.FromMilliseconds(100));
        await WakesAfterAsync(timer.WaitAsync(TestContext.Current.CancellationToken), TimeSpan.FromMilliseconds(100));
    }

    private async Task WakesAfterAsync(Task wait, TimeSpan expected)
    {
        time.Advance(expected - TimeSpan.FromMilliseconds(1));
        Assert.False(wait.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await wait.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }
}
