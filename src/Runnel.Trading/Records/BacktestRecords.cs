using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>The records of backtests in a SQLite file: who runs which, and what came out. Any number of processes of one machine share the
/// file, which must be on a local disk (SQLite's write-ahead log does not work over a network). Safe for any number of threads.</summary>
/// <remarks>Guarantee: of all that claim one backtest at most one holds its claim at a time, and only the latest holder's results are ever
/// stored. Each change of state is one statement or one transaction.</remarks>
public sealed class BacktestRecords
{
    private const string Columns = "id, state, request, claim_task, claimed_at, heartbeat_at, finished_at, statistics, reply, error";

    // Kept by SQLite per connection, not in the file. NORMAL: a crash of the process loses nothing; a loss of power may lose the last commits, and a
    // backtest can be run again to the same bits.
    private const string Pragmas = "PRAGMA busy_timeout = 10000; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;";
    private readonly string connectionString;
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
        connectionString = new SqliteConnectionStringBuilder { DataSource = this.file, DefaultTimeout = 60 }.ToString();
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
        await using SqliteConnection connection = await OpenAsync(cancellationToken);
        string token = Guid.NewGuid().ToString("N");
        long now = Now();
        long stale = now - (long)staleAfter.TotalMilliseconds;
        int changed = await connection.ExecuteAsync(
            null, """
            INSERT INTO backtests (id, state, request, claim_token, claim_task, claim_attempt, claimed_at, heartbeat_at)
            VALUES (@id, 'running', @request, @token, @task, @attempt, @now, @now)
            ON CONFLICT (id) DO UPDATE SET
                state = 'running', request = excluded.request, claim_token = excluded.claim_token, claim_task = excluded.claim_task,
                claim_attempt = excluded.claim_attempt, claimed_at = excluded.claimed_at, heartbeat_at = excluded.heartbeat_at,
                finished_at = NULL, error = NULL
            WHERE state IN ('queued', 'failed')
               OR (state = 'running' AND heartbeat_at < @stale)
               OR (state = 'running' AND claim_task = excluded.claim_task AND claim_attempt < excluded.claim_attempt)
            """, cancellationToken,
            ("id", id), ("request", requestJson), ("token", token), ("task", taskId), ("attempt", attempt), ("now", now), ("stale", stale));
        if (changed == 1)
            return new BacktestClaim(ClaimOutcome.Claimed, token);

        List<string> states = await connection.QueryAsync(null, "SELECT state FROM backtests WHERE id = @id", r => r.GetString(0), cancellationToken, ("id", id));
        return new BacktestClaim(states is ["completed"] ? ClaimOutcome.Completed : ClaimOutcome.Running, null);
    }

    /// <summary>Says that the holder of a claim is alive.</summary>
    /// <returns>False where the claim is no longer the caller's: it has to stop.</returns>
    public async Task<bool> RenewAsync(string id, string token, CancellationToken cancellationToken)
    {
        await using SqliteConnection connection = await OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(
            null, "UPDATE backtests SET heartbeat_at = @now WHERE id = @id AND claim_token = @token AND state = 'running'", cancellationToken,
            ("now", Now()), ("id", id), ("token", token)) == 1;
    }

    /// <summary>Stores results and trades and ends the claim, all or nothing.</summary>
    /// <returns>False, with nothing stored, where the claim is no longer the caller's.</returns>
    public async Task<bool> CompleteAsync(
        string id, string token, string statisticsJson, string replyJson, IReadOnlyList<Trade> trades, CancellationToken cancellationToken)
    {
        await using SqliteConnection connection = await OpenAsync(cancellationToken);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        int changed = await connection.ExecuteAsync(
            transaction, """
            UPDATE backtests SET state = 'completed', claim_token = NULL, finished_at = @now, statistics = @statistics, reply = @reply
            WHERE id = @id AND claim_token = @token AND state = 'running'
            """, cancellationToken, ("now", Now()), ("statistics", statisticsJson), ("reply", replyJson), ("id", id), ("token", token));
        if (changed == 0)
            return false;
        StoredTrades.Insert(connection, transaction, id, trades);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Ends the claim with an error; the backtest may be claimed again.</summary>
    /// <returns>False where the claim is no longer the caller's.</returns>
    public async Task<bool> FailAsync(string id, string token, string error, CancellationToken cancellationToken)
    {
        await using SqliteConnection connection = await OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(
            null, "UPDATE backtests SET state = 'failed', claim_token = NULL, finished_at = @now, error = @error WHERE id = @id AND claim_token = @token AND state = 'running'",
            cancellationToken, ("now", Now()), ("error", error), ("id", id), ("token", token)) == 1;
    }

    /// <summary>Hands an unfinished backtest back, for anyone to claim.</summary>
    /// <returns>False where the claim is no longer the caller's.</returns>
    public async Task<bool> ReleaseAsync(string id, string token, CancellationToken cancellationToken)
    {
        await using SqliteConnection connection = await OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(
            null, "UPDATE backtests SET state = 'queued', claim_token = NULL WHERE id = @id AND claim_token = @token AND state = 'running'", cancellationToken,
            ("id", id), ("token", token)) == 1;
    }

    /// <summary>The record of a backtest, or null where there is none.</summary>
    public async Task<BacktestRecord?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using SqliteConnection connection = await OpenAsync(cancellationToken);
        List<BacktestRecord> found = await connection.QueryAsync(null, $"SELECT {Columns} FROM backtests WHERE id = @id", RecordOf, cancellationToken, ("id", id));
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>The records claimed last, the latest first.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<BacktestRecord>> ListAsync(int most, CancellationToken cancellationToken)
    {
        await using SqliteConnection connection = await OpenAsync(cancellationToken);
        return await connection.QueryAsync(
            null, $"SELECT {Columns} FROM backtests ORDER BY claimed_at DESC, id LIMIT @most", RecordOf, cancellationToken, ("most", most));
    }

    /// <summary>The closed trades of a completed backtest, in closing order; none where there is no such backtest.</summary>
    public async IAsyncEnumerable<TradeRecord> TradesAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using SqliteConnection connection = await OpenAsync(cancellationToken);
        await foreach (TradeRecord trade in StoredTrades.ReadAsync(connection, id, cancellationToken))
            yield return trade;
    }

    /// <summary>An open connection to the file, which is made ready first; other tables of it are read and written by their own types.</summary>
    internal async Task<SqliteConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (!isOpen)
            await CreateAsync(cancellationToken);
        return await ConnectAsync(cancellationToken);
    }

    private async Task<SqliteConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        SqliteConnection connection = new(connectionString); // from the pool that the provider keeps for each file
        try
        {
            await connection.OpenAsync(cancellationToken);
            await connection.ExecuteAsync(null, Pragmas, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        await opening.WaitAsync(cancellationToken);
        try
        {
            if (isOpen)
                return;
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await using SqliteConnection connection = await ConnectAsync(cancellationToken);
            await RecordsSchema.EnsureAsync(connection, file, time, cancellationToken);
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

    private static BacktestRecord RecordOf(DbDataReader r) => new()
    {
        Id = r.GetString(0),
        State = Enum.Parse<BacktestState>(r.GetString(1), ignoreCase: true),
        RequestJson = r.GetString(2),
        TaskId = r.GetString(3),
        ClaimedAt = DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(4)),
        HeartbeatAt = DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(5)),
        FinishedAt = r.IsDBNull(6) ? null : DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(6)),
        StatisticsJson = TextOf(r, 7),
        ReplyJson = TextOf(r, 8),
        Error = TextOf(r, 9),
    };

    private static string? TextOf(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
