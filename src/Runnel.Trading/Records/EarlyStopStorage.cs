using System.Data.Common;

namespace Runnel.Trading;

/// <summary>Ends searches early in the records: what came after the last trial that counts is not kept, so that everything read from them later is the same
/// whichever chunks happened to be under way.</summary>
internal static class EarlyStopStorage
{
    /// <summary>Looks at what was stored since the last time, and drops what lies behind the last trial of each segment whose patience has ended.</summary>
    /// <returns>Those segments, with the last trial that counts.</returns>
    public static async Task<IReadOnlyDictionary<int, long>> EndSegmentsAsync(
        DbConnection connection, DbTransaction transaction, string id, EarlyStop stop, CancellationToken cancellationToken)
    {
        Dictionary<int, long> ended = [];
        if (stop.Watches.Count == 0)
            return ended;
        // Those before were looked at: stored trials are never looked at twice, however many steps there are.
        long next = stop.Watches.Min(watch => watch.NextTrial);
        ILookup<int, Row> rows = (await connection.QueryAsync(
            transaction, "SELECT segment, number, first, planned, done, is_done, error FROM optimization_chunks WHERE optimization_id = @id AND first + planned > @next ORDER BY segment, first",
            r => new Row(r.GetInt32(0), r.GetInt32(1), r.GetInt64(2), r.GetInt32(3), r.GetInt32(4), r.GetBoolean(5), r.IsDBNull(6) ? null : r.GetString(6)),
            cancellationToken, ("id", id), ("next", next))).ToLookup(row => row.Segment);
        for (int segment = 0; segment < stop.Watches.Count; segment++)
        {
            PatienceWatch watch = stop.Watches[segment];
            // One that is missing is under way.
            foreach (Row row in rows[segment].Where(row => row.IsDone && row.First + row.Done > watch.NextTrial).TakeWhile(row => row.First <= watch.NextTrial && watch.LastTrial is null))
                watch.Tell(row.First, await BlockAsync(connection, transaction, id, row.Number, cancellationToken));
            if (watch.LastTrial is not { } last)
                continue;
            ended.Add(segment, last);
            foreach (Row row in rows[segment].Where(row => row.First + row.Planned > last + 1))
                await DropAsync(connection, transaction, id, row, last, stop.Top, cancellationToken);
        }

        return ended;
    }

    /// <summary>Notes what ended all of it, and drops what is not done.</summary>
    public static async Task EndAsync(DbConnection connection, DbTransaction transaction, string id, string reason, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(transaction, "UPDATE optimizations SET stopped = @reason WHERE id = @id", cancellationToken, ("reason", reason), ("id", id));
        await connection.ExecuteAsync(transaction, "DELETE FROM optimization_chunks WHERE optimization_id = @id AND is_done = FALSE", cancellationToken, ("id", id));
    }

    private static async Task DropAsync(DbConnection connection, DbTransaction transaction, string id, Row row, long last, int top, CancellationToken cancellationToken)
    {
        if (row.First > last)
        {
            await connection.ExecuteAsync(
                transaction, "DELETE FROM optimization_chunks WHERE optimization_id = @id AND number = @number", cancellationToken, ("id", id), ("number", row.Number));
            return;
        }

        TrialBlock block = await BlockAsync(connection, transaction, id, row.Number, cancellationToken);
        ChunkResult result = ChunkResult.Of(Head(block, (int)Math.Min(block.Count, last + 1 - row.First)), row.First, top, row.Error);
        await connection.ExecuteAsync(
            transaction, """
            UPDATE optimization_chunks SET planned = @done, done = @done, skipped = @skipped, failed = @failed, best_trial = @trial, best_score = @score, error = @error,
                top = @top, block = @block, rest_planned = 0
            WHERE optimization_id = @id AND number = @number
            """, cancellationToken,
            ("done", result.Done), ("skipped", result.Skipped), ("failed", result.Failed), ("trial", result.Best?.Trial), ("score", result.Best?.Score), ("error", result.Error),
            ("top", OptimizationRecords.BytesOf(result.Top)), ("block", result.Block.ToBytes()), ("id", id), ("number", row.Number));
    }

    private static async Task<TrialBlock> BlockAsync(DbConnection connection, DbTransaction transaction, string id, int number, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(
            transaction, "SELECT block FROM optimization_chunks WHERE optimization_id = @id AND number = @number", r => TrialBlock.Parse((byte[])r.GetValue(0)), cancellationToken,
            ("id", id), ("number", number)))[0];

    private static TrialBlock Head(TrialBlock block, int count)
    {
        TrialBlock head = new(count);
        foreach (string name in block.Names)
            head[name] = block[name][..count];
        return head;
    }

    private readonly record struct Row(int Segment, int Number, long First, int Planned, int Done, bool IsDone, string? Error);
}
