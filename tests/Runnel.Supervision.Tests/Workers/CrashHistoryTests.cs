namespace Runnel.Supervision.Tests;

public sealed class CrashHistoryTests
{
    private static readonly SupervisorOptions Options = new() { FailedStartLimit = 3 };

    [Fact]
    public void Waits_twice_as_long_after_each_crash_in_a_row_up_to_the_limit()
    {
        CrashHistory history = new(Options);

        double[] waits = [.. Enumerable.Range(0, 9).Select(_ => Crash(history, uptime: 1)!.Value.TotalSeconds)];

        Assert.Equal([0.5, 1, 2, 4, 8, 16, 30, 30, 30], waits);
    }

    [Fact]
    public void Begins_anew_after_a_healthy_run()
    {
        CrashHistory history = new(Options);
        Crash(history, uptime: 1);
        Crash(history, uptime: 1);

        TimeSpan? wait = Crash(history, uptime: 61);

        Assert.Equal(TimeSpan.FromSeconds(0.5), wait);
    }

    [Fact]
    public void Calls_it_a_loop_when_a_worker_is_never_ready()
    {
        CrashHistory history = new(Options);

        TimeSpan?[] waits = [.. Enumerable.Range(0, 3).Select(_ => history.NextStart(clean: false, ready: false, TimeSpan.FromSeconds(1)))];

        Assert.Equal([TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), null], waits);
    }

    [Fact]
    public void Never_calls_crashes_at_work_a_loop()
    {
        CrashHistory history = new(Options);

        Assert.All(Enumerable.Range(0, 100), _ => Assert.NotNull(Crash(history, uptime: 1)));
    }

    [Fact]
    public void Replaces_a_worker_that_drained_by_itself_at_once() =>
        Assert.Equal(TimeSpan.Zero, new CrashHistory(Options).NextStart(clean: true, ready: true, TimeSpan.FromSeconds(1)));

    private static TimeSpan? Crash(CrashHistory history, int uptime) =>
        history.NextStart(clean: false, ready: true, TimeSpan.FromSeconds(uptime));
}
