using Microsoft.Extensions.Time.Testing;
using Runnel.TestKit;

namespace Runnel.Trading.Tests.Handlers;

public sealed class ClaimKeeperTests : IAsyncLifetime
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(300);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly List<double> told = [];
    private BacktestRecords records = null!;
    private ClaimKeeper keeper = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        records = new BacktestRecords(folder.File("records.db"), time);
        BacktestClaim claim = await records.TryClaimAsync("b", "{}", "task-1", 1, Stale, Token);
        BacktestAttempt attempt = new("task-1", 1, (fraction, _, _) =>
        {
            lock (told)
                told.Add(fraction);
            return Task.CompletedTask;
        });
        keeper = new ClaimKeeper(records, "b", claim.Token!, attempt, Heartbeat, time, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await keeper.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Keeps_a_claim_fresh_long_after_it_would_be_stale()
    {
        DateTimeOffset claimed = time.GetUtcNow();

        await AdvanceUntilAsync(async () => (await records.FindAsync("b", Token))!.HeartbeatAt > claimed + (2 * Stale));

        Assert.False(keeper.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task Stops_the_run_when_its_claim_was_taken_over()
    {
        await records.TryClaimAsync("b", "{}", "task-1", 2, Stale, Token);

        await AdvanceUntilAsync(() => Task.FromResult(keeper.Token.IsCancellationRequested));

        Assert.True(keeper.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task Passes_progress_on_once_per_step()
    {
        keeper.Report(0.25);
        await AdvanceUntilAsync(() => Task.FromResult(Told().Length == 1));
        keeper.Report(0.5);
        await AdvanceUntilAsync(() => Task.FromResult(Told().Length == 2));

        Assert.Equal([0.25, 0.5], Told());
    }

    private Task AdvanceUntilAsync(Func<Task<bool>> condition) => Eventually.TrueAsync(
        () =>
        {
            time.Advance(Heartbeat);
            return condition();
        }, Patience, "the keeper has done its work", Token);

    private double[] Told()
    {
        lock (told)
            return [.. told];
    }
}
