using System.Data.Common;
using Runnel.Backtesting;

namespace Runnel.Trading;

internal static class TradeInserts
{
    private static readonly string[] Columns =
        ["backtest_id", "number", "entry_bar", "exit_bar", "entry_time", "exit_time", "side", "size", "entry_price", "exit_price", "reason", "fees", "pnl"];

    /// <summary>Inserts all trades with one prepared statement; as entities, EF Core would track each of some thousand rows for nothing.</summary>
    public static void Run(DbConnection connection, DbTransaction transaction, string backtestId, IReadOnlyList<Trade> trades)
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
}
