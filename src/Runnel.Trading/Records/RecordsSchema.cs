using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Runnel.Trading;

/// <summary>Makes the tables, whoever comes first of any number of processes that start at once.</summary>
internal static class RecordsSchema
{
    private const int Version = 4;
    private const int Busy = 5; // SQLITE_BUSY
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <exception cref="RecordsException">The file was made by a newer Runnel.</exception>
    public static async Task EnsureAsync(SqliteConnection connection, string file, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await VersionAsync(connection, null, cancellationToken) == Version)
            return;

        await UseWriteAheadLogAsync(connection, time, cancellationToken);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellationToken); // BEGIN IMMEDIATE: one at a time from here
        Task RunAsync(string sql) => connection.ExecuteAsync(transaction, sql, cancellationToken);
        switch (await VersionAsync(connection, transaction, cancellationToken))
        {
            case 0:
                await RunAsync(RecordsTables.Backtests);
                goto case 1;
            case 1: // before there were optimizations
                await RunAsync(RecordsTables.Optimizations);
                goto default;
            case 2: // before optimizations ended early
                await RunAsync("ALTER TABLE optimizations ADD COLUMN stopped TEXT NULL");
                goto case 3;
            case 3: // before trials ran on a part of the range
                await RunAsync("ALTER TABLE optimization_chunks ADD COLUMN share REAL NOT NULL DEFAULT 1");
                goto default;
            default:
                await RunAsync(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Version}"));
                await transaction.CommitAsync(cancellationToken);
                break;
            case Version: // another process was faster
                break;
            case > Version:
                throw new RecordsException($"The records file {file} was made by a newer Runnel. Update this one, or name another data folder by RUNNEL_DATA_DIR.");
        }
    }

    // Changing to WAL needs the file alone, and SQLite does not wait for that by itself.
    private static async Task UseWriteAheadLogAsync(SqliteConnection connection, TimeProvider time, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await connection.ExecuteAsync(null, "PRAGMA journal_mode = WAL", cancellationToken);
                return;
            }
            catch (SqliteException e) when (e.SqliteErrorCode == Busy && time.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken);
            }
        }
    }

    private static async Task<int> VersionAsync(SqliteConnection connection, DbTransaction? transaction, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(transaction, "PRAGMA user_version", r => r.GetInt32(0), cancellationToken))[0];
}
