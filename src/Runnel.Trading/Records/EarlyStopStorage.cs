using System.Data.Common;

namespace Runnel.Trading;

/// <summary>Ends a search early in the records: what came after the last trial that counts is not kept, so that everything read from them later is the same
/// whichever chunks happened to be under way.</summary>
internal static class EarlyStopStorage
{
    /// <summary>What ends the search, by its name in the payload; null where it goes on.</summary>
    public static async Task<string?> ReasonAsync(
        DbConnection connection, DbTransaction transaction, string id, EarlyStop stop, long startedAt, long now, CancellationToken cancellationToken)
    {
        if (stop.NeedsTrials && await IsPatienceOverAsync(connection, transaction, id, stop, cancellationToken))
            return StopRules.ByPatience;
        return stop.IsOvertime(startedAt, now) ? StopRules.BySeconds : null;
    }

    /// <summary>Notes the reason, drops what is not done, and with it what is done behind the last trial that counts.</summary>
    public static async Task EndAsync(
        DbConnection connection, DbTransaction transaction, string id, EarlyStop stop, string reason, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(transaction, "UPDATE optimizations SET stopped = @reason WHERE id = @id", cancellationToken, ("reason", reason), ("id", id));
        await connection.ExecuteAsync(transaction, "DELETE FROM optimization_chunks WHERE optimization_id = @id AND is_done = FALSE", cancellationToken, ("id", id));
        if (reason != StopRules.ByPatience)
            return;
        long last = stop.LastTrial!.Value;
        await connection.ExecuteAsync(transaction, "DELETE FROM optimization_chunks WHERE optimization_id = @id AND first > @last", cancellationToken, ("id", id), ("last", last));
        foreach ((int number, long first, string? error) in await connection.QueryAsync(
            transaction, "SELECT number, first, error FROM optimization_chunks WHERE optimization_id = @id AND first + done > @last + 1",
            r => (r.GetInt32(0), r.GetInt64(1), r.IsDBNull(2) ? null : r.GetString(2)), cancellationToken, ("id", id), ("last", last)))
        {
            TrialBlock block = await BlockAsync(connection, transaction, id, number, cancellationToken);
            await CutAsync(connection, transaction, id, number, ChunkResult.Of(Head(block, (int)(last + 1 - first)), first, stop.Top, error), cancellationToken);
        }
    }

    // A chunk at a time, from the first trial that was not looked at on: stored trials are never looked at twice, however many steps there are.
    private static async Task<bool> IsPatienceOverAsync(DbConnection connection, DbTransaction transaction, string id, EarlyStop stop, CancellationToken cancellationToken)
    {
        if (stop.LastTrial is not null)
            return true;
        foreach ((int number, long first) in await connection.QueryAsync(
            transaction, "SELECT number, first FROM optimization_chunks WHERE optimization_id = @id AND is_done = TRUE AND first + done > @next ORDER BY first",
            r => (r.GetInt32(0), r.GetInt64(1)), cancellationToken, ("id", id), ("next", stop.NextTrial)))
        {
            if (first > stop.NextTrial)
                return false; // a chunk before it is under way
            if (stop.Tell(first, await BlockAsync(connection, transaction, id, number, cancellationToken)))
                return true;
        }

        return false;
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

    private static Task<int> CutAsync(DbConnection connection, DbTransaction transaction, string id, int number, ChunkResult result, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            transaction, """
            UPDATE optimization_chunks SET planned = @done, done = @done, skipped = @skipped, failed = @failed, best_trial = @trial, best_score = @score, error = @error,
                top = @top, block = @block
            WHERE optimization_id = @id AND number = @number
            """, cancellationToken,
            ("done", result.Done), ("skipped", result.Skipped), ("failed", result.Failed), ("trial", result.Best?.Trial), ("score", result.Best?.Score), ("error", result.Error),
            ("top", OptimizationRecords.BytesOf(result.Top)), ("block", result.Block.ToBytes()), ("id", id), ("number", number));
}
