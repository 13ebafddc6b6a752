using Microsoft.Data.Sqlite;

namespace Runnel.Trading.Tests.Records;

public sealed class OptimizationRecordsTests : IDisposable
{
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(300);
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_file_from_before_there_were_optimizations_gets_their_tables_and_keeps_its_backtests()
    {
        string file = folder.File("records.db");
        await new BacktestRecords(file, TimeProvider.System).TryClaimAsync("b", "{}", "t", 1, Stale, Token);
        await using (SqliteConnection connection = new($"Data Source={file}"))
        {
            await connection.OpenAsync(Token);
            await using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "DROP TABLE optimization_chunks; DROP TABLE optimizations; PRAGMA user_version = 1";
            await command.ExecuteNonQueryAsync(Token);
        }

        BacktestRecords records = new(file, TimeProvider.System);
        (ClaimOutcome outcome, bool isNew) = await new OptimizationRecords(records, TimeProvider.System).ClaimAsync("o", "{}", "t", 1, Stale, null, Token);

        Assert.Equal((ClaimOutcome.Claimed, true), (outcome, isNew));
        Assert.Equal(BacktestState.Running, (await records.FindAsync("b", Token))!.State);
    }

    [Fact]
    public async Task A_file_from_before_optimizations_ended_early_and_ran_on_parts_of_the_range_goes_on()
    {
        string file = folder.File("records.db");
        await Records().ClaimAsync("o", "{}", "t", 1, Stale, null, Token);
        await Records().PlanAsync("o", "t", "k", null, null, _ => new ChunkPlan([new(0, 0, 0, 5, TimeSpan.FromSeconds(1)) { Share = 0.5 }], [], 5, 0), Token);
        await using (SqliteConnection connection = new($"Data Source={file}"))
        {
            await connection.OpenAsync(Token);
            await using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "ALTER TABLE optimizations DROP COLUMN stopped; ALTER TABLE optimization_chunks DROP COLUMN share; PRAGMA user_version = 2";
            await command.ExecuteNonQueryAsync(Token);
        }

        SqliteConnection.ClearAllPools(); // an open one still knows the column

        (OptimizationHeader? header, Chunk? chunk) = await Records().FindAsync("o", 0, Token);

        Assert.Equal(("running", null, 1), (header!.State, header.Stopped, chunk!.Share));
    }

    [Fact]
    public async Task An_optimization_belongs_to_one_task_until_that_is_over()
    {
        OptimizationRecords records = Records();

        Assert.Equal((ClaimOutcome.Claimed, true), await records.ClaimAsync("o", "{}", "one", 1, Stale, null, Token));
        Assert.Equal((ClaimOutcome.Claimed, false), await records.ClaimAsync("o", "{}", "one", 1, Stale, null, Token));
        Assert.Equal((ClaimOutcome.Claimed, true), await records.ClaimAsync("o", "{}", "one", 2, Stale, null, Token));
        Assert.Equal((ClaimOutcome.Running, false), await records.ClaimAsync("o", "{}", "two", 1, Stale, null, Token));
        Assert.Equal((ClaimOutcome.Claimed, true), await records.ClaimAsync("o", "{}", "two", 1, Stale, "one", Token));
        Assert.False(await records.CompleteAsync("o", "one", "{}", Token));
        Assert.True(await records.CompleteAsync("o", "two", "{}", Token));
        Assert.Equal((ClaimOutcome.Completed, false), await records.ClaimAsync("o", "{}", "three", 1, Stale, null, Token));
    }

    [Fact]
    public async Task A_chunk_is_stored_once_and_another_request_discards_it()
    {
        OptimizationRecords records = Records();
        await records.ClaimAsync("o", "{}", "one", 1, Stale, null, Token);
        Chunk[] chunks = [new(0, 0, 0, 5, TimeSpan.FromSeconds(1)), new(1, 0, 5, 5, TimeSpan.FromSeconds(1))];
        PlannedStep? step = await records.PlanAsync("o", "one", "k", null, null, _ => new ChunkPlan(chunks, [], 10, 1), Token);

        ChunkStored first = await records.StoreChunkAsync("o", chunks[0], Result(score: 1), Token), again = await records.StoreChunkAsync("o", chunks[0], Result(score: 9), Token);
        (OptimizationTotals totals, BestTrial? best) = await records.TotalsAsync("o", Token);

        Assert.Equal((2, 1), (step!.Totals.Open, step.WakeAt));
        Assert.Equal((new ChunkStored(1, 1), new ChunkStored(1, 1)), (first, again));
        Assert.Equal((1, 1L, 1, 1.0), (totals.Open, totals.Done, totals.Rests, best!.Value.Score));
        Assert.Null(await records.PlanAsync("o", "two", "k", null, null, _ => throw new InvalidOperationException(), Token));
        await Assert.ThrowsAsync<NonRetryableException>(() => records.PlanAsync("o", "one", "other", null, null, _ => throw new InvalidOperationException(), Token));
        await records.ClaimAsync("o", "{\"another\":1}", "one", 2, Stale, null, Token);
        Assert.Equal(0, (await records.TotalsAsync("o", Token)).Totals.Done);
    }

    private OptimizationRecords Records() => new(new BacktestRecords(folder.File("records.db"), TimeProvider.System), TimeProvider.System);

    private static ChunkResult Result(double score) => new()
    {
        Done = 1,
        Skipped = 0,
        Failed = 0,
        Elapsed = TimeSpan.FromSeconds(1),
        Top = [new RankedTrial(0, score)],
        Block = new TrialBlock(1) { [TrialBlock.StatusColumn] = [0], [TrialBlock.ScoreColumn] = [score] },
    };
}
