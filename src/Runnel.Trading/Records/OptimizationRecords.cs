using System.Buffers.Binary;
using System.Collections.ObjectModel;
using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Runnel.Trading;

/// <summary>The records of optimizations: how far each is, and every figure of every trial, a row for each chunk of them. Shares the file of
/// <see cref="BacktestRecords"/>. Safe for any number of threads and processes.</summary>
/// <remarks>Guarantee: a chunk's result is stored once, whole; what was stored is never run again. Each change of state is one transaction, so a
/// process may die at any instruction.</remarks>
internal sealed class OptimizationRecords(BacktestRecords records, TimeProvider time)
{
    /// <summary>Takes an optimization for a task: a new one; one of the very task; or one whose task is over, or silent for a time. A request that
    /// differs from the one before discards what was found for that.</summary>
    /// <param name="id">The optimization.</param>
    /// <param name="requestJson">Normalized.</param>
    /// <param name="task">The claiming task.</param>
    /// <param name="run">Its run.</param>
    /// <param name="staleAfter">Silence after which another task may take it.</param>
    /// <param name="overTask">A task that is known to have ended: what it holds may be taken at once. Null for none.</param>
    /// <param name="cancellationToken">Ends the wait for the file.</param>
    /// <returns>The outcome, and whether the claim is new: then chunks that were submitted before may be lost.</returns>
    public async Task<(ClaimOutcome Outcome, bool IsNew)> ClaimAsync(
        string id, string requestJson, string task, int run, TimeSpan staleAfter, string? overTask, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await records.OpenAsync(cancellationToken);
        long now = Now();
        if (await connection.ExecuteAsync(
            null, "UPDATE optimizations SET heartbeat_at = @now WHERE id = @id AND task = @task AND run = @run AND state = 'running' AND request = @request", cancellationToken,
            ("now", now), ("id", id), ("task", task), ("run", run), ("request", requestJson)) == 1)
        {
            return (ClaimOutcome.Claimed, false);
        }

        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        List<(string State, string Task, long HeartbeatAt, string Request)> found = await connection.QueryAsync(
            transaction, "SELECT state, task, heartbeat_at, request FROM optimizations WHERE id = @id", r => (r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetString(3)),
            cancellationToken, ("id", id));
        if (found.Count == 1 && found[0].State == "completed")
            return (ClaimOutcome.Completed, false);
        if (found.Count == 1 && found[0].State == "running" && found[0].Task != task && found[0].Task != overTask && found[0].HeartbeatAt >= now - (long)staleAfter.TotalMilliseconds)
            return (ClaimOutcome.Running, false);

        if (found.Count == 0)
        {
            await connection.ExecuteAsync(
                transaction, """
                INSERT INTO optimizations (id, state, request, task, run, started_at, done_before, heartbeat_at, next_trial, chunks, wake_at)
                VALUES (@id, 'running', @request, @task, @run, @now, 0, @now, 0, 0, 0)
                """, cancellationToken, ("id", id), ("request", requestJson), ("task", task), ("run", run), ("now", now));
        }
        else
        {
            if (found[0].Request != requestJson)
            {
                await connection.ExecuteAsync(transaction, "DELETE FROM optimization_chunks WHERE optimization_id = @id", cancellationToken, ("id", id));
                await connection.ExecuteAsync(transaction, "UPDATE optimizations SET next_trial = 0, chunks = 0, wake_at = 0, klines = NULL, stopped = NULL WHERE id = @id", cancellationToken, ("id", id));
            }

            await connection.ExecuteAsync(
                transaction, """
                UPDATE optimizations SET state = 'running', request = @request, task = @task, run = @run, started_at = @now, heartbeat_at = @now, finished_at = NULL, error = NULL,
                    done_before = (SELECT coalesce(sum(done), 0) FROM optimization_chunks WHERE optimization_id = @id)
                WHERE id = @id
                """, cancellationToken, ("id", id), ("request", requestJson), ("task", task), ("run", run), ("now", now));
        }

        await transaction.CommitAsync(cancellationToken);
        return (ClaimOutcome.Claimed, true);
    }

    /// <summary>How an optimization is; null where there is none.</summary>
    public async Task<OptimizationHeader?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await records.OpenAsync(cancellationToken);
        return await HeaderAsync(connection, null, id, cancellationToken);
    }

    /// <summary>The reply of a completed optimization, as JSON; null otherwise.</summary>
    public async Task<string?> ReplyAsync(string id, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await records.OpenAsync(cancellationToken);
        List<string?> found = await connection.QueryAsync(
            null, "SELECT reply FROM optimizations WHERE id = @id", r => r.IsDBNull(0) ? null : r.GetString(0), cancellationToken, ("id", id));
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>What all chunks come to so far, and the best trial.</summary>
    public async Task<(OptimizationTotals Totals, BestTrial? Best)> TotalsAsync(string id, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await records.OpenAsync(cancellationToken);
        OptimizationTotals totals = await TotalsAsync(connection, null, id, cancellationToken);
        List<BestTrial> best = await connection.QueryAsync(
            null, """
            SELECT best_trial, best_score, first, planned, points FROM optimization_chunks WHERE optimization_id = @id AND best_score IS NOT NULL
            ORDER BY best_score DESC, segment, best_trial LIMIT 1
            """,
            r => new BestTrial(r.GetInt64(0), r.GetDouble(1), PointOf(PointsOf(r, 4), (int)(r.GetInt64(0) - r.GetInt64(2)), r.GetInt32(3))), cancellationToken, ("id", id));
        return (totals, best.Count == 0 ? null : best[0]);
    }

    /// <summary>Plans further chunks, in one transaction: two that plan at once plan no trial twice.</summary>
    /// <param name="id">The optimization.</param>
    /// <param name="task">The task that drives it; where it is no longer that one nothing is planned.</param>
    /// <param name="klines">Fingerprint of the klines, kept from the first plan on.</param>
    /// <param name="scoresFrom">First chunk whose scores the plan depends on, once it is done; null where it depends on none.</param>
    /// <param name="stop">Says what ends early; null where only the trials' end ends it.</param>
    /// <param name="plan">Told how it is; says which chunks come next, where the next trial is then, and at how many open chunks to wake the task.</param>
    /// <param name="cancellationToken">Ends the wait for the file.</param>
    /// <returns>How it is then; null where the optimization is not this task's any more.</returns>
    public async Task<PlannedStep?> PlanAsync(
        string id, string task, string klines, int? scoresFrom, EarlyStop? stop, Func<PlanningState, ChunkPlan> plan, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await records.OpenAsync(cancellationToken);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await HeaderAsync(connection, transaction, id, cancellationToken) is not { IsRunning: true } header || header.Task != task)
            return null;
        if (header.Klines is { } known && known != klines)
        {
            throw new NonRetryableException($"Optimization '{id}' began on other klines of the same name ({known}, these are {klines}), so its trials would not compare. "
                + "Give every worker the same klines; to run it on these, submit it with a new optimization_id.");
        }

        IReadOnlyDictionary<int, long> ended = ReadOnlyDictionary<int, long>.Empty;
        if (header.Stopped is null && stop is not null)
        {
            stop.Begin(header.StartedAt);
            ended = await EarlyStopStorage.EndSegmentsAsync(connection, transaction, id, stop, cancellationToken);
            if (stop.IsOvertime(header.StartedAt, Now()))
            {
                header = header with { Stopped = StopRules.BySeconds };
                await EarlyStopStorage.EndAsync(connection, transaction, id, StopRules.BySeconds, cancellationToken);
            }
        }

        OptimizationTotals totals = await TotalsAsync(connection, transaction, id, cancellationToken);
        PlannedStep step = new(totals, header.StartedAt, header.DoneBefore, header.Chunks, 0, []) { Stopped = header.Stopped, Ended = ended };
        if (header.Stopped is null)
        {
            ChunkPlan planned = plan(await PlanStorage.StateAsync(connection, transaction, id, new PlanningState(header, totals) { Ended = ended }, scoresFrom, cancellationToken));
            await PlanStorage.StoreAsync(connection, transaction, id, klines, planned, header.Chunks + planned.Chunks.Count, Now(), cancellationToken);
            step = step with
            {
                Totals = totals with { Open = totals.Open + planned.Chunks.Count },
                Chunks = header.Chunks + planned.Chunks.Count,
                WakeAt = planned.WakeAt,
                Planned = planned.Chunks,
            };
        }

        await transaction.CommitAsync(cancellationToken);
        return step;
    }

    /// <summary>The chunks that are not done, in their order.</summary>
    public async Task<IReadOnlyList<OpenChunk>> OpenChunksAsync(string id, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await records.OpenAsync(cancellationToken);
        return await connection.QueryAsync(
            null, "SELECT number, submissions, submitted_at, submitted_run FROM optimization_chunks WHERE optimization_id = @id AND is_done = FALSE ORDER BY number",
            r => new OpenChunk(r.GetInt32(0), r.GetInt32(1), r.GetInt64(2), r.GetInt32(3)), cancellationToken, ("id", id));
    }

    /// <summary>Notes that chunks were submitted.</summary>
    public async Task NoteSubmittedAsync(string id, IEnumerable<OpenChunk> chunks, int run, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await records.OpenAsync(cancellationToken);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (OpenChunk chunk in chunks)
        {
            await connection.ExecuteAsync(
                transaction, """
                UPDATE optimization_chunks SET submissions = @submissions, submitted_at = @now, submitted_run = @run WHERE optimization_id = @id AND number = @number
                """, cancellationToken,
                ("submissions", chunk.Submissions), ("now", Now()), ("run", run), ("id", id), ("number", chunk.Number));
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>A chunk that is to be run; null where it is done or unknown.</summary>
    public async Task<Chunk?> OpenChunkAsync(string id, int number, CancellationToken cancellationToken) => (await FindAsync(id, number, cancellationToken)).Chunk;

    /// <summary>An optimization and one of its chunks: null where there is none, and the chunk where it is done.</summary>
    public async Task<(OptimizationHeader? Header, Chunk? Chunk)> FindAsync(string id, int number, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await records.OpenAsync(cancellationToken);
        List<Chunk> found = await connection.QueryAsync(
            null, "SELECT segment, first, planned, budget_ms, share, points FROM optimization_chunks WHERE optimization_id = @id AND number = @number AND is_done = FALSE",
            r => new Chunk(number, r.GetInt32(0), r.GetInt64(1), r.GetInt32(2), TimeSpan.FromMilliseconds(r.GetInt64(3))) { Share = r.GetDouble(4), Points = PointsOf(r, 5) }, cancellationToken,
            ("id", id), ("number", number));
        return (await HeaderAsync(connection, null, id, cancellationToken), found.Count == 0 ? null : found[0]);
    }

    /// <summary>Stores a chunk's result, unless it is stored already: whoever ran it, the bits are the same.</summary>
    public async Task<ChunkStored> StoreChunkAsync(string id, Chunk chunk, ChunkResult result, CancellationToken cancellationToken)
    {
        byte[] block = result.Block.ToBytes();
        await using DbConnection connection = await records.OpenAsync(cancellationToken);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(
            transaction, """
            UPDATE optimization_chunks SET is_done = TRUE, done = @done, skipped = @skipped, failed = @failed, elapsed_us = @elapsed,
                best_trial = @trial, best_score = @score, error = @error, top = @top, block = @block
            WHERE optimization_id = @id AND number = @number AND is_done = FALSE
            """, cancellationToken,
            ("done", result.Done), ("skipped", result.Skipped), ("failed", result.Failed), ("elapsed", (long)result.Elapsed.TotalMicroseconds),
            ("trial", result.Best?.Trial), ("score", result.Best?.Score), ("error", result.Error), ("top", BytesOf(result.Top)), ("block", block), ("id", id), ("number", chunk.Number));
        List<ChunkStored> stored = await connection.QueryAsync(
            transaction, """
            SELECT (SELECT count(*) FROM optimization_chunks WHERE optimization_id = @id AND is_done = FALSE), wake_at FROM optimizations WHERE id = @id
            """, r => new ChunkStored(r.GetInt32(0), r.GetInt32(1)), cancellationToken, ("id", id));
        await transaction.CommitAsync(cancellationToken);
        return stored.Count == 0 ? default : stored[0];
    }

    /// <summary>The best trials of each done chunk, by segment and trial.</summary>
    public async Task<IReadOnlyList<ChunkTop>> TopsAsync(string id, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await records.OpenAsync(cancellationToken);
        return await connection.QueryAsync(
            null, "SELECT segment, top FROM optimization_chunks WHERE optimization_id = @id AND is_done = TRUE ORDER BY segment, first",
            r => new ChunkTop(r.GetInt32(0), TopOf((byte[])r.GetValue(1))), cancellationToken, ("id", id));
    }

    /// <summary>The figures of all done chunks by segment and trial, one chunk in memory at a time.</summary>
    public async IAsyncEnumerable<ChunkBlock> BlocksAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using DbConnection connection = await records.OpenAsync(cancellationToken);
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = "SELECT segment, first, block FROM optimization_chunks WHERE optimization_id = @id AND is_done = TRUE ORDER BY segment, first";
        DbParameter parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("@id", id);
        command.Parameters.Add(parameter);
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            yield return new ChunkBlock(reader.GetInt32(0), reader.GetInt64(1), TrialBlock.Parse((byte[])reader.GetValue(2)));
    }

    /// <summary>Why the first failed trial failed; null where none did.</summary>
    public async Task<string?> FirstErrorAsync(string id, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await records.OpenAsync(cancellationToken);
        List<string> found = await connection.QueryAsync(
            null, "SELECT error FROM optimization_chunks WHERE optimization_id = @id AND error IS NOT NULL ORDER BY segment, first LIMIT 1", r => r.GetString(0), cancellationToken, ("id", id));
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Ends an optimization with its reply.</summary>
    /// <returns>False where it is not this task's any more.</returns>
    public Task<bool> CompleteAsync(string id, string task, string replyJson, CancellationToken cancellationToken) =>
        EndAsync("completed", id, task, replyJson, null, cancellationToken);

    /// <summary>Notes that a run of the task failed; another run, or another task, may go on with it.</summary>
    public Task<bool> FailAsync(string id, string task, string error, CancellationToken cancellationToken) => EndAsync("failed", id, task, null, error, cancellationToken);

    /// <summary>Notes that it was cancelled; another task may go on with it.</summary>
    public Task<bool> CancelAsync(string id, string task, CancellationToken cancellationToken) => EndAsync("cancelled", id, task, null, null, cancellationToken);

    private async Task<bool> EndAsync(string state, string id, string task, string? reply, string? error, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await records.OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(
            null, "UPDATE optimizations SET state = @state, reply = @reply, error = @error, finished_at = @now WHERE id = @id AND task = @task AND state = 'running'", cancellationToken,
            ("state", state), ("reply", reply), ("error", error), ("now", Now()), ("id", id), ("task", task)) == 1;
    }

    private static async Task<OptimizationHeader?> HeaderAsync(DbConnection connection, DbTransaction? transaction, string id, CancellationToken cancellationToken)
    {
        List<OptimizationHeader> found = await connection.QueryAsync(
            transaction, "SELECT state, request, task, run, started_at, klines, next_trial, chunks, done_before, stopped FROM optimizations WHERE id = @id",
            r => new OptimizationHeader
            {
                State = r.GetString(0),
                Request = r.GetString(1),
                Task = r.GetString(2),
                Run = r.GetInt32(3),
                StartedAt = r.GetInt64(4),
                Klines = r.IsDBNull(5) ? null : r.GetString(5),
                NextTrial = r.GetInt64(6),
                Chunks = r.GetInt32(7),
                DoneBefore = r.GetInt64(8),
                Stopped = r.IsDBNull(9) ? null : r.GetString(9),
            }, cancellationToken, ("id", id));
        return found.Count == 0 ? null : found[0];
    }

    private static async Task<OptimizationTotals> TotalsAsync(DbConnection connection, DbTransaction? transaction, string id, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(
            transaction, """
            SELECT count(CASE WHEN is_done = FALSE THEN 1 END), count(CASE WHEN is_done = TRUE AND done + rest_planned < planned THEN 1 END),
                coalesce(sum(done), 0), coalesce(sum(skipped), 0), coalesce(sum(failed), 0), coalesce(sum(elapsed_us), 0),
                coalesce(sum(CASE WHEN share = 1 THEN done - skipped END), 0)
            FROM optimization_chunks WHERE optimization_id = @id
            """,
            r => new OptimizationTotals
            {
                Open = r.GetInt32(0),
                Rests = r.GetInt32(1),
                Done = r.GetInt64(2),
                Skipped = r.GetInt64(3),
                Failed = r.GetInt64(4),
                Elapsed = TimeSpan.FromMicroseconds(r.GetInt64(5)),
                RanWhole = r.GetInt64(6),
            }, cancellationToken, ("id", id)))[0];

    private static double[]? PointsOf(DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : MemoryMarshal.Cast<byte, double>((byte[])reader.GetValue(column)).ToArray();

    private static double[]? PointOf(double[]? points, int index, int count) =>
        points is null ? null : points[(index * (points.Length / count))..((index + 1) * (points.Length / count))];

    internal static byte[] BytesOf(IReadOnlyList<RankedTrial> top)
    {
        byte[] bytes = new byte[top.Count * 16];
        for (int i = 0; i < top.Count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * 16), top[i].Trial);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * 16 + 8), top[i].Score);
        }

        return bytes;
    }

    private static RankedTrial[] TopOf(byte[] bytes)
    {
        RankedTrial[] top = new RankedTrial[bytes.Length / 16];
        for (int i = 0; i < top.Length; i++)
            top[i] = new RankedTrial(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(i * 16)), BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(i * 16 + 8)));
        return top;
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
