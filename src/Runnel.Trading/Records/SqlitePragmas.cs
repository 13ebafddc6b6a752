using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Runnel.Trading;

/// <summary>Sets what SQLite keeps per connection and not in the file.</summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    // NORMAL: a crash of the process loses nothing; a loss of power may lose the last commits, and a backtest can be run again to the same bits.
    private const string Pragmas = "PRAGMA busy_timeout = 10000; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using DbCommand command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = Pragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
