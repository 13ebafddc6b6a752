using System.Data.Common;
using System.Runtime.InteropServices;

namespace Runnel.Trading;

/// <summary>What a step reads to plan, and what it stores of the plan: parts of one transaction.</summary>
internal static class PlanStorage
{
    /// <summary>Completes what is known of an optimization by what its chunks say.</summary>
    /// <param name="connection">The records.</param>
    /// <param name="transaction">That of the step.</param>
    /// <param name="id">The optimization.</param>
    /// <param name="state">Header, totals, and segments that have ended.</param>
    /// <param name="scoresFrom">First chunk whose scores are wanted; null for none, and nothing of what goes with them.</param>
    /// <param name="cancellationToken">Ends the wait for the file.</param>
    public static async Task<PlanningState> StateAsync(
        DbConnection connection, DbTransaction transaction, string id, PlanningState state, int? scoresFrom, CancellationToken cancellationToken)
    {
        if (scoresFrom is not { } from)
        {
            return state with
            {
                Rests = await connection.QueryAsync(
                    transaction, """
                    SELECT number, segment, first + done + rest_planned, planned - done - rest_planned FROM optimization_chunks
                    WHERE optimization_id = @id AND is_done = TRUE AND done + rest_planned < planned ORDER BY number
                    """,
                    r => new Chunk(r.GetInt32(0), r.GetInt32(1), r.GetInt64(2), r.GetInt32(3), default), cancellationToken, ("id", id)),
            };
        }

        return state with
        {
            Scores = await connection.QueryAsync(
                transaction, "SELECT segment, first, block FROM optimization_chunks WHERE optimization_id = @id AND is_done = TRUE AND number >= @from ORDER BY number",
                r => ChunkScores.Of(r.GetInt32(0), r.GetInt64(1), TrialBlock.Parse((byte[])r.GetValue(2))), cancellationToken, ("id", id), ("from", from)),
            FirstOpen = (await connection.QueryAsync(
                transaction, "SELECT min(number) FROM optimization_chunks WHERE optimization_id = @id AND is_done = FALSE",
                r => r.IsDBNull(0) ? state.Header.Chunks : r.GetInt32(0), cancellationToken, ("id", id)))[0],
            Asked = (await connection.QueryAsync(
                transaction, "SELECT segment, max(first + planned) FROM optimization_chunks WHERE optimization_id = @id GROUP BY segment",
                r => KeyValuePair.Create(r.GetInt32(0), r.GetInt64(1)), cancellationToken, ("id", id))).ToDictionary(),
        };
    }

    /// <summary>Stores new chunks, and how far the planning is then.</summary>
    public static async Task StoreAsync(
        DbConnection connection, DbTransaction transaction, string id, string klines, ChunkPlan planned, int chunks, long now, CancellationToken cancellationToken)
    {
        foreach (Chunk chunk in planned.Chunks)
        {
            await connection.ExecuteAsync(
                transaction, """
                INSERT INTO optimization_chunks (optimization_id, number, segment, first, planned, budget_ms, submissions, submitted_at, submitted_run, is_done, rest_planned,
                    done, skipped, failed, elapsed_us, share, points)
                VALUES (@id, @number, @segment, @first, @planned, @budget, 0, 0, 0, FALSE, 0, 0, 0, 0, 0, @share, @points)
                """, cancellationToken,
                ("id", id), ("number", chunk.Number), ("segment", chunk.Segment), ("first", chunk.First), ("planned", chunk.Count), ("budget", (long)chunk.Budget.TotalMilliseconds),
                ("share", chunk.Share), ("points", chunk.Points is { } points ? MemoryMarshal.AsBytes(points.AsSpan()).ToArray() : null));
        }

        foreach ((int number, int trials) in planned.OfRests)
        {
            await connection.ExecuteAsync(
                transaction, "UPDATE optimization_chunks SET rest_planned = rest_planned + @trials WHERE optimization_id = @id AND number = @number", cancellationToken,
                ("trials", trials), ("id", id), ("number", number));
        }

        await connection.ExecuteAsync(
            transaction, "UPDATE optimizations SET klines = @klines, next_trial = @next, chunks = @chunks, wake_at = @wake, heartbeat_at = @now WHERE id = @id", cancellationToken,
            ("klines", klines), ("next", planned.NextTrial), ("chunks", chunks), ("wake", planned.WakeAt), ("now", now), ("id", id));
    }
}
