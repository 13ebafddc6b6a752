using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Runnel.Trading;

/// <summary>Makes the tables, whoever comes first of any number of processes that start at once.</summary>
internal static class RecordsSchema
{
    private const int Version = 4;
    private const int Busy = 5; // SQLITE_BUSY
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <exception cref="RecordsException">The file was made by a newer Runnel.</exception>
    public static async Task EnsureAsync(RecordsContext context, string file, TimeProvider time, CancellationToken cancellationToken)
    {
        await context.Database.OpenConnectionAsync(cancellationToken); // kept open, or the pragmas below would run on different ones
        if (await VersionAsync(context, cancellationToken) == Version)
            return;

        await UseWriteAheadLogAsync(context, time, cancellationToken);
        await using IDbContextTransaction transaction = await context.Database.BeginTransactionAsync(cancellationToken); // BEGIN IMMEDIATE: one at a time from here
        switch (await VersionAsync(context, cancellationToken))
        {
            case 0:
                await context.Database.ExecuteSqlRawAsync(context.Database.GenerateCreateScript(), cancellationToken);
                goto default;
            case 2: // before optimizations ended early
                await context.Database.ExecuteSqlRawAsync("ALTER TABLE optimizations ADD COLUMN stopped TEXT NULL", cancellationToken);
                goto case 3;
            case 3: // before trials ran on a part of the range
                await context.Database.ExecuteSqlRawAsync("ALTER TABLE optimization_chunks ADD COLUMN share REAL NOT NULL DEFAULT 1", cancellationToken);
                goto default;
            case 1: // before there were optimizations
                await context.Database.ExecuteSqlRawAsync(StatementsOf(context, "optimization"), cancellationToken);
                goto default;
            default:
                await context.Database.ExecuteSqlRawAsync(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Version}"), cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                break;
            case Version: // another process was faster
                break;
            case > Version:
                throw new RecordsException($"The records file {file} was made by a newer Runnel. Update this one, or name another data folder by RUNNEL_DATA_DIR.");
        }
    }

    /// <summary>Those statements of the whole schema that speak of tables with a name that begins so.</summary>
    private static string StatementsOf(RecordsContext context, string prefix) => string.Join(
        '\n', context.Database.GenerateCreateScript().Split(';').Where(s => s.Contains($"\"{prefix}", StringComparison.Ordinal)).Select(s => s + ";"));

    // Changing to WAL needs the file alone, and SQLite does not wait for that by itself.
    private static async Task UseWriteAheadLogAsync(RecordsContext context, TimeProvider time, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);
                return;
            }
            catch (SqliteException e) when (e.SqliteErrorCode == Busy && time.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken);
            }
        }
    }

    private static async Task<int> VersionAsync(RecordsContext context, CancellationToken cancellationToken) =>
        (await context.Database.SqlQueryRaw<int>("PRAGMA user_version").ToListAsync(cancellationToken))[0];
}
