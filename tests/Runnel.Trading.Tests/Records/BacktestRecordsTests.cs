using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Runnel.Backtesting;

namespace Runnel.Trading.Tests.Records;

public sealed class BacktestRecordsTests : IDisposable
{
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(300);
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly BacktestRecords records;

    public BacktestRecordsTests() => records = new BacktestRecords(folder.File("records.db"), time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_new_backtest_is_claimed_and_then_it_is_running()
    {
        BacktestClaim first = await ClaimAsync("task-1");
        BacktestClaim second = await ClaimAsync("task-2");

        Assert.Equal((ClaimOutcome.Claimed, ClaimOutcome.Running), (first.Outcome, second.Outcome));
        Assert.NotNull(first.Token);
        Assert.Null(second.Token);
        BacktestRecord? record = await records.FindAsync("b", Token);
        Assert.Equal((BacktestState.Running, "task-1", time.GetUtcNow()), (record!.State, record.TaskId, record.ClaimedAt));
    }

    [Fact]
    public async Task A_running_one_may_be_taken_over_only_after_it_was_silent_too_long()
    {
        await ClaimAsync("task-1");
        time.Advance(Stale);
        BacktestClaim early = await ClaimAsync("task-2");
        time.Advance(TimeSpan.FromMilliseconds(1));

        BacktestClaim late = await ClaimAsync("task-2");

        Assert.Equal((ClaimOutcome.Running, ClaimOutcome.Claimed), (early.Outcome, late.Outcome));
    }

    [Fact]
    public async Task A_sign_of_life_keeps_the_claim_however_long_it_takes()
    {
        BacktestClaim claim = await ClaimAsync("task-1");
        for (int i = 0; i < 10; i++)
        {
            time.Advance(Stale - TimeSpan.FromSeconds(1));
            Assert.True(await records.RenewAsync("b", claim.Token!, Token));
        }

        BacktestClaim other = await ClaimAsync("task-2");

        Assert.Equal(ClaimOutcome.Running, other.Outcome);
    }

    [Fact]
    public async Task A_later_attempt_of_the_same_task_takes_over_at_once_and_an_earlier_one_never()
    {
        await ClaimAsync("task-1", attempt: 2);

        BacktestClaim same = await ClaimAsync("task-1", attempt: 2);
        BacktestClaim earlier = await ClaimAsync("task-1", attempt: 1);
        BacktestClaim later = await ClaimAsync("task-1", attempt: 3);

        Assert.Equal((ClaimOutcome.Running, ClaimOutcome.Running, ClaimOutcome.Claimed), (same.Outcome, earlier.Outcome, later.Outcome));
    }

    [Fact]
    public async Task Only_the_latest_holder_may_write()
    {
        BacktestClaim dead = await ClaimAsync("task-1");
        BacktestClaim alive = await ClaimAsync("task-1", attempt: 2);

        Assert.False(await records.RenewAsync("b", dead.Token!, Token));
        Assert.False(await records.FailAsync("b", dead.Token!, "late", Token));
        Assert.False(await records.ReleaseAsync("b", dead.Token!, Token));
        Assert.False(await records.CompleteAsync("b", dead.Token!, "{\"from\":\"dead\"}", "{}", Trades(3), Token));
        Assert.Empty(await ReadTradesAsync("b"));
        Assert.True(await records.CompleteAsync("b", alive.Token!, "{\"from\":\"alive\"}", "{\"reply\":1}", Trades(2), Token));
        Assert.False(await records.CompleteAsync("b", dead.Token!, "{\"from\":\"dead\"}", "{}", Trades(3), Token));

        BacktestRecord? record = await records.FindAsync("b", Token);
        Assert.Equal((BacktestState.Completed, "{\"from\":\"alive\"}", "{\"reply\":1}"), (record!.State, record.StatisticsJson, record.ReplyJson));
        Assert.Equal([1, 2], (await ReadTradesAsync("b")).Select(t => t.Number));
    }

    [Fact]
    public async Task A_completed_one_is_never_claimed_again()
    {
        BacktestClaim claim = await ClaimAsync("task-1");
        await records.CompleteAsync("b", claim.Token!, "{}", "{}", [], Token);
        time.Advance(TimeSpan.FromDays(1_000));

        BacktestClaim other = await ClaimAsync("task-2");
        BacktestClaim same = await ClaimAsync("task-1", attempt: 2);

        Assert.Equal((ClaimOutcome.Completed, ClaimOutcome.Completed), (other.Outcome, same.Outcome));
    }

    [Fact]
    public async Task One_that_failed_or_was_handed_back_may_be_claimed_at_once()
    {
        BacktestClaim first = await ClaimAsync("task-1");
        await records.FailAsync("b", first.Token!, "no luck", Token);
        BacktestRecord? failed = await records.FindAsync("b", Token);
        BacktestClaim second = await ClaimAsync("task-2");
        BacktestRecord? again = await records.FindAsync("b", Token);
        await records.ReleaseAsync("b", second.Token!, Token);

        BacktestClaim third = await ClaimAsync("task-3");

        Assert.Equal((BacktestState.Failed, "no luck"), (failed!.State, failed.Error));
        Assert.Equal((BacktestState.Running, null), (again!.State, again.Error));
        Assert.Equal(ClaimOutcome.Claimed, third.Outcome);
    }

    [Fact]
    public async Task Trades_are_read_back_to_the_bit()
    {
        Trade[] trades = Trades(1_000);
        BacktestClaim claim = await ClaimAsync("task-1");

        await records.CompleteAsync("b", claim.Token!, "{}", "{}", trades, Token);

        List<TradeRecord> stored = await ReadTradesAsync("b");
        Assert.Equal(trades.Select(t => (t.EntryBar, t.ExitTime, t.Side, t.Size, t.EntryPrice, t.Reason, t.Pnl)),
            stored.Select(t => (t.EntryBar, t.ExitTime.ToUnixTimeMilliseconds(), t.Side, t.Size, t.EntryPrice, t.Reason, t.Pnl)));
        Assert.Equal("b", Assert.Single(await records.ListAsync(10, Token)).Id);
    }

    [Fact]
    public async Task Two_processes_that_claim_the_same_hundred_win_each_exactly_once()
    {
        string file = folder.File("race.db");
        await using ClaimingProcess one = ClaimingProcess.StartRacer(file, "task-1", 100);
        await using ClaimingProcess two = ClaimingProcess.StartRacer(file, "task-2", 100);
        Assert.Equal(("ready", "ready"), (await one.ReadLineAsync(Token), await two.ReadLineAsync(Token)));

        await Task.WhenAll(one.GoAsync(), two.GoAsync());

        string[][] won = await Task.WhenAll(one.ReadToEndAsync(Token), two.ReadToEndAsync(Token));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"b-{i}").Order(), won.SelectMany(w => w).Order());
    }

    [Fact]
    public async Task Many_threads_that_claim_the_same_hundred_win_each_exactly_once()
    {
        Task<List<string>>[] racers = [.. Enumerable.Range(0, 8).Select(racer => Task.Run(async () =>
        {
            BacktestRecords own = new(folder.File("records.db"), time);
            List<string> won = [];
            for (int i = 0; i < 100; i++)
            {
                if ((await own.TryClaimAsync($"b-{i}", "{}", $"task-{racer}", 1, Stale, Token)).Outcome == ClaimOutcome.Claimed)
                    won.Add($"b-{i}");
            }

            return won;
        }, Token))];

        List<string>[] all = await Task.WhenAll(racers);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"b-{i}").Order(), all.SelectMany(w => w).Order());
    }

    [Fact]
    public async Task The_claim_of_a_killed_process_waits_for_its_task_and_for_nobody_else()
    {
        string file = folder.File("killed.db");
        await using ClaimingProcess holder = ClaimingProcess.StartHolder(file, "task-1");
        await holder.ReadLineAsync(Token);
        await holder.GoAsync();
        string? deadToken = await holder.ReadLineAsync(Token);
        await holder.KillAsync();
        BacktestRecords after = new(file, TimeProvider.System);

        BacktestClaim stranger = await after.TryClaimAsync("b-0", "{}", "task-2", 1, Stale, Token);
        BacktestClaim redelivered = await after.TryClaimAsync("b-0", "{}", "task-1", 2, Stale, Token);

        Assert.Equal((ClaimOutcome.Running, ClaimOutcome.Claimed), (stranger.Outcome, redelivered.Outcome));
        Assert.False(await after.CompleteAsync("b-0", deadToken!, "{}", "{}", [], Token));
        Assert.True(await after.CompleteAsync("b-0", redelivered.Token!, "{}", "{}", [], Token));
    }

    [Fact]
    public async Task Refuses_a_file_of_a_newer_version_and_one_that_is_no_database()
    {
        await using (SqliteConnection connection = new($"Data Source={folder.File("newer.db")}"))
        {
            await connection.OpenAsync(Token);
            await using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            await command.ExecuteNonQueryAsync(Token);
        }

        await File.WriteAllTextAsync(folder.File("text.db"), new string('x', 5_000), Token);

        RecordsException newer = await Assert.ThrowsAsync<RecordsException>(() => new BacktestRecords(folder.File("newer.db"), time).FindAsync("b", Token));
        RecordsException text = await Assert.ThrowsAsync<RecordsException>(() => new BacktestRecords(folder.File("text.db"), time).FindAsync("b", Token));

        Assert.Contains("newer Runnel", newer.Message, StringComparison.Ordinal);
        Assert.Contains("text.db cannot be used", text.Message, StringComparison.Ordinal);
    }

    private Task<BacktestClaim> ClaimAsync(string taskId, int attempt = 1) => records.TryClaimAsync("b", "{}", taskId, attempt, Stale, Token);

    private async Task<List<TradeRecord>> ReadTradesAsync(string id)
    {
        List<TradeRecord> trades = [];
        await foreach (TradeRecord trade in records.TradesAsync(id, Token))
            trades.Add(trade);
        return trades;
    }

    private static Trade[] Trades(int count) => [.. Enumerable.Range(0, count).Select(i => new Trade
    {
        EntryBar = i,
        ExitBar = i + 1,
        EntryTime = 1_700_000_000_000 + i,
        ExitTime = 1_700_000_060_000 + i,
        Side = i % 2 == 0 ? TradeSide.Long : TradeSide.Short,
        Size = 0.1 * (i + 1),
        EntryPrice = 100 / 3.0,
        ExitPrice = 101 / 3.0,
        Reason = ExitReason.StopLoss,
        Fees = 1 / 7.0,
        Pnl = -i / 9.0,
    })];
}
