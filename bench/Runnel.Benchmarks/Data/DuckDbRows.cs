namespace Runnel.Benchmarks.Data;

/// <summary>The same files read by DuckDB, where the bench was built with it (<c>RunnelDuckDb=true</c>; its package is 400 MB, so others do without).</summary>
internal static class DuckDbRows
{
#if DUCKDB
    private const int Million = 1_000_000;

    public static void AddTo(List<DataRow> rows, string files)
    {
        using DuckDB.NET.Data.DuckDBConnection connection = new("DataSource=:memory:");
        connection.Open();
        string select = $"open_time_ms, open_x10 / 10.0, high_x10 / 10.0, low_x10 / 10.0, close_x10 / 10.0, volume_x1000 / 1000.0 FROM read_parquet('{files}')";
        (double elapsed, double cpu) = DataBenchmark.MedianAsync(5, () =>
        {
            using DuckDB.NET.Data.DuckDBCommand command = connection.CreateCommand();
            command.CommandText = $"CREATE OR REPLACE TABLE loaded AS SELECT {select}";
            return Task.FromResult<object?>(command.ExecuteNonQuery());
        }).GetAwaiter().GetResult();
        rows.Add(new DataRow("DuckDB: the same files into a table of its own in memory", elapsed, "ms", null, cpu));
        (elapsed, cpu) = DataBenchmark.MedianAsync(3, () => Task.FromResult<object?>(Read(connection, $"SELECT {select}"))).GetAwaiter().GetResult();
        rows.Add(new DataRow("DuckDB: the same files into .NET arrays through its ADO.NET reader", elapsed, "ms", null, cpu));
    }

    private static double[][] Read(DuckDB.NET.Data.DuckDBConnection connection, string query)
    {
        long[] times = new long[Million];
        double[][] values = [new double[Million], new double[Million], new double[Million], new double[Million], new double[Million]];
        using DuckDB.NET.Data.DuckDBCommand command = connection.CreateCommand();
        command.CommandText = query;
        using DuckDB.NET.Data.DuckDBDataReader reader = command.ExecuteReader();
        for (int i = 0; reader.Read(); i++)
        {
            times[i] = reader.GetInt64(0);
            for (int c = 0; c < values.Length; c++)
                values[c][i] = reader.GetDouble(c + 1);
        }

        return values;
    }
#else
    public static void AddTo(List<DataRow> rows, string files) => Console.WriteLine($"Built without DuckDB (RunnelDuckDb=true builds with it): {files} were read by Runnel alone.");
#endif
}
