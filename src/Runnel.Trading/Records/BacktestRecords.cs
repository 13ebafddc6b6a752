using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>The records of backtests in a SQLite file: who runs which, and what came out. Any number of processes of one machine share the
/// file, which must be on a local disk (SQLite's write-ahead log does not work over a network). Safe for any number of threads.</summary>
/// <remarks>Guarantee: of all that claim one backtest at most one holds its claim at a time, and only the latest holder's results are ever
/// stored. Each change of state is one statement or one transaction.</remarks>
public sealed class BacktestRecords
{
    private readonly DbContextOptions<RecordsContext> options;
    private readonly string file;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim opening = new(1);
    private volatile bool isOpen;

    /// <summary>Names the file; it is made when it is first used.</summary>
    /// <param name="file">Path of the SQLite file; its folder is made too.</param>
    /// <param name="time">The clock of claims. All processes that share the file are on one machine and so share the clock.</param>
    public BacktestRecords(string file, TimeProvider time)
    {
        this.file = Path.GetFullPath(file);
        this.time = time;
        SqliteConnectionStringBuilder connection = new() { DataSource = this.file, DefaultTimeout = 60 };
        options = new DbContextOptionsBuilder<RecordsContext>().UseSqlite(connection.ToString()).AddInterceptors(new SqlitePragmas()).Options;
    }

    /// <summary>Takes the claim of a backtest that is new, was handed back, failed, or whose holder has been silent for
    /// <paramref name="staleAfter"/>. A later attempt of the very task that holds the claim takes it over at once: the queue has seen that
    /// the earlier attempt's worker is dead. One atomic statement.</summary>
    /// <param name="id">The backtest.</param>
    /// <param name="requestJson">Its payload, stored with the claim.</param>
    /// <param name="taskId">The claiming task.</param>
    /// <param name="attempt">The claiming task's attempt, from 1.</param>
    /// <param name="staleAfter">Silence after which anyone may take a running one over; 300 seconds is usual.</param>
    /// <param name="cancellationToken">Ends the wait for the file.</param>
    public async Task<BacktestClaim> TryClaimAsync(
        string id, string requestJson, string taskId, int attempt, TimeSpan staleAfter, CancellationToken cancellationToken)
    {
        await using RecordsContext context = await OpenAsync(cancellationToken);
        string token = Guid.NewGuid().ToString("N");
        long now = Now();
        long stale = now - (long)staleAfter.TotalMilliseconds;
        int changed = await context.Database.ExecuteSqlAsync($"""
            INSERT INTO backtests (id, state, request, claim_token, claim_task, claim_attempt, claimed_at, heartbeat_at)
            VALUES ({id}, 'running', {requestJson}, {token}, {taskId}, {attempt}, {now}, {now})
            ON CONFLICT (id) DO UPDATE SET
                state = 'running', request = excluded.request, claim_token = excluded.claim_token, claim_task = excluded.claim_task,
                claim_attempt = excluded.claim_attempt, claimed_at = excluded.claimed_at, heartbeat_at = excluded.heartbeat_at,
                finished_at = NULL, error = NULL
            WHERE state IN ('queued', 'failed')
               OR (state = 'running' AND heartbeat_at < {stale})
               OR (state = 'running' AND claim_task = excluded.claim_task AND claim_attempt < excluded.claim_attempt)
            """, cancellationToken);
        if (changed == 1)
            return new BacktestClaim(ClaimOutcome.Claimed, token);

        string? state = await context.Backtests.Where(b => b.Id == id).Select(b => b.State).SingleOrDefaultAsync(cancellationToken);
        return new BacktestClaim(state == "completed" ? ClaimOutcome.Completed : ClaimOutcome.Running, null);
    }

    /// <summary>Says that the holder of a claim is alive.</summary>
    /// <returns>False where the claim is no longer the caller's: it has to stop.</returns>
    public async Task<bool> RenewAsync(string id, string token, CancellationToken cancellationToken)
    {
        await using RecordsContext context = await OpenAsync(cancellationToken);
        return await context.Database.ExecuteSqlAsync(
            $"UPDATE backtests SET heartbeat_at = {Now()} WHERE id = {id} AND claim_token = {token} AND state = 'running'", cancellationToken) == 1;
    }

    /// <summary>Stores results and trades and ends the claim, all or nothing.</summary>
    /// <returns>False, with nothing stored, where the claim is no longer the caller's.</returns>
    public async Task<bool> CompleteAsync(
        string id, string token, string statisticsJson, string replyJson, IReadOnlyList<Trade> trades, CancellationToken cancellationToken)
    {
        await using RecordsContext context = await OpenAsync(cancellationToken);
        await using IDbContextTransaction transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        int changed = await context.Database.ExecuteSqlAsync($"""
            UPDATE backtests SET state = 'completed', claim_token = NULL, finished_at = {Now()}, statistics = {statisticsJson}, reply = {replyJson}
            WHERE id = {id} AND claim_token = {token} AND state = 'running'
            """, cancellationToken);
        if (changed == 0)
            return false;
        TradeInserts.Run(context.Database.GetDbConnection(), transaction.GetDbTransaction(), id, trades);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Ends the claim with an error; the backtest may be claimed again.</summary>
    /// <returns>False where the claim is no longer the caller's.</returns>
    public async Task<bool> FailAsync(string id, string token, string error, CancellationToken cancellationToken)
    {
        await using RecordsContext context = await OpenAsync(cancellationToken);
        return await context.Database.ExecuteSqlAsync(
            $"UPDATE backtests SET state = 'failed', claim_token = NULL, finished_at = {Now()}, error = {error} WHERE id = {id} AND claim_token = {token} AND state = 'running'",
            cancellationToken) == 1;
    }

    /// <summary>Hands an unfinished backtest back, for anyone to claim.</summary>
    /// <returns>False where the claim is no longer the caller's.</returns>
    public async Task<bool> ReleaseAsync(string id, string token, CancellationToken cancellationToken)
    {
        await using RecordsContext context = await OpenAsync(cancellationToken);
        return await context.Database.ExecuteSqlAsync(
            $"UPDATE backtests SET state = 'queued', claim_token = NULL WHERE id = {id} AND claim_token = {token} AND state = 'running'", cancellationToken) == 1;
    }

    /// <summary>The record of a backtest, or null where there is none.</summary>
    public async Task<BacktestRecord?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using RecordsContext context = await OpenAsync(cancellationToken);
        return (await context.Backtests.AsNoTracking().SingleOrDefaultAsync(b => b.Id == id, cancellationToken))?.ToRecord();
    }

    /// <summary>The records claimed last, the latest first.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<BacktestRecord>> ListAsync(int most, CancellationToken cancellationToken)
    {
        await using RecordsContext context = await OpenAsync(cancellationToken);
        List<BacktestRow> rows = await context.Backtests.AsNoTracking().OrderByDescending(b => b.ClaimedAt).ThenBy(b => b.Id).Take(most).ToListAsync(cancellationToken);
        return [.. rows.Select(row => row.ToRecord())];
    }

    /// <summary>The closed trades of a completed backtest, in closing order; none where there is no such backtest.</summary>
    public async IAsyncEnumerable<TradeRecord> TradesAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using RecordsContext context = await OpenAsync(cancellationToken);
        await foreach (TradeRow row in context.Trades.AsNoTracking().Where(t => t.BacktestId == id).OrderBy(t => t.Number).AsAsyncEnumerable().WithCancellation(cancellationToken))
            yield return row.ToRecord();
    }

    /// <summary>The file, made ready; other tables of it are read and written by their own types.</summary>
    internal async Task<RecordsContext> OpenAsync(CancellationToken cancellationToken)
    {
        if (!isOpen)
            await CreateAsync(cancellationToken);
        return new RecordsContext(options);
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        await opening.WaitAsync(cancellationToken);
        try
        {
            if (isOpen)
                return;
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await using RecordsContext context = new(options);
            await RecordsSchema.EnsureAsync(context, file, time, cancellationToken);
            isOpen = true;
        }
        catch (Exception e) when (e is DbException or IOException or UnauthorizedAccessException)
        {
            throw new RecordsException($"The records file {file} cannot be used: {e.Message} Check that it is on a local disk that may be written to, "
                + "or name another data folder by RUNNEL_DATA_DIR.", e);
        }
        finally
        {
            opening.Release();
        }
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
