using System.Data.Common;
using System.Runtime.CompilerServices;
using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>The table <c>trades</c>.</summary>
internal static class StoredTrades
{
    private static readonly string[] Columns =
        ["backtest_id", "number", "entry_bar", "exit_bar", "entry_time", "exit_time", "side", "size", "entry_price", "exit_price", "reason", "fees", "pnl"];

    /// <summary>Inserts all trades with one prepared statement.</summary>
    public static void Insert(DbConnection connection, DbTransaction transaction, string backtestId, IReadOnlyList<Trade> trades)
    {
        using DbCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"INSERT INTO trades ({string.Join(", ", Columns)}) VALUES ({string.Join(", ", Columns.Select(c => "@" + c))})";
        foreach (string column in Columns)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = "@" + column;
            command.Parameters.Add(parameter);
        }

        for (int i = 0; i < trades.Count; i++)
        {
            Trade t = trades[i];
            object[] values =
            [
                backtestId, i + 1, t.EntryBar, t.ExitBar, t.EntryTime, t.ExitTime, t.Side.ToString(), t.Size, t.EntryPrice, t.ExitPrice, t.Reason.ToString(), t.Fees, t.Pnl,
            ];
            for (int column = 0; column < values.Length; column++)
                command.Parameters[column].Value = values[column];
            command.ExecuteNonQuery();
        }
    }

    /// <summary>The trades of a backtest in closing order.</summary>
    public static async IAsyncEnumerable<TradeRecord> ReadAsync(DbConnection connection, string backtestId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT {string.Join(", ", Columns[1..])} FROM trades WHERE backtest_id = @id ORDER BY number";
        DbParameter parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("@id", backtestId);
        command.Parameters.Add(parameter);
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            yield return RecordOf(reader);
    }

    private static TradeRecord RecordOf(DbDataReader r) => new()
    {
        Number = r.GetInt32(0),
        EntryBar = r.GetInt32(1),
        ExitBar = r.GetInt32(2),
        EntryTime = DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(3)),
        ExitTime = DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(4)),
        Side = Enum.Parse<TradeSide>(r.GetString(5)),
        Size = r.GetDouble(6),
        EntryPrice = r.GetDouble(7),
        ExitPrice = r.GetDouble(8),
        Reason = Enum.Parse<ExitReason>(r.GetString(9)),
        Fees = r.GetDouble(10),
        Pnl = r.GetDouble(11),
    };
}
