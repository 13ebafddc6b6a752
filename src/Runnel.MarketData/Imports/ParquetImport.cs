using Parquet;
using Parquet.Data;
using Parquet.Schema;
using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>Reads and writes Parquet as other programs have it: a column of times (whole numbers or timestamps), and open, high, low, close, volume as numbers.</summary>
internal static class ParquetImport
{
    private static readonly TimeSpan LongestFooter = TimeSpan.FromSeconds(20);
    private static readonly string[] Names = ["open", "high", "low", "close", "volume"];

    public static async Task<ImportedKlines> ReadAsync(Stream stream, string name, string symbol, CancellationToken cancellationToken)
    {
        try
        {
            // There are damaged footers over which the library's parser never ends; a good one takes milliseconds.
            await using ParquetReader reader = await Task.Run(() => ParquetReader.CreateAsync(stream, leaveStreamOpen: true, cancellationToken: cancellationToken), cancellationToken)
                .WaitAsync(LongestFooter, cancellationToken);
            CsvColumns columns = CsvColumns.Of([.. reader.Schema.DataFields.Select(f => f.Name)]) is { HasHeader: true } found ? found : throw new CsvKlineException(name, 0, "",
                $"has the columns {string.Join(", ", reader.Schema.DataFields.Select(f => f.Name))}. Name them time (or timestamp, open_time, date), open, high, low, close and volume.");
            List<double>[] values = [[], [], [], [], [], []];
            for (int g = 0; g < reader.RowGroupCount; g++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using ParquetRowGroupReader group = reader.OpenRowGroupReader(g);
                for (int i = 0; i < values.Length; i++)
                {
                    if (columns.At[i] < 0)
                        values[i].AddRange(new double[group.RowCount]);
                    else
                        await AddAsync(group, reader.Schema.DataFields[columns.At[i]], values[i], name, cancellationToken);
                }
            }

            return Checked(values, name, symbol);
        }
        catch (Exception e) when (e is not (MarketDataException or OperationCanceledException or OutOfMemoryException)) // the library throws what its parser meets
        {
            throw new CsvKlineException(name, 0, "", $"is no readable Parquet ({e.Message}).", e);
        }
    }

    /// <summary>Writes bars with the columns of our CSV: timestamp_ms and DOUBLEs.</summary>
    public static async Task WriteAsync(Stream stream, Klines klines, CancellationToken cancellationToken)
    {
        DataField<long> time = new("timestamp_ms");
        DataField<double>[] fields = [.. Names.Select(n => new DataField<double>(n))];
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema([time, .. fields]), stream, new ParquetOptions { CompressionMethod = CompressionMethod.Snappy }, cancellationToken: cancellationToken);
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        await group.WriteAsync<long>(time, klines.OpenTimes.ToArray().AsMemory(), cancellationToken: cancellationToken);
        double[][] columns = [klines.Open.ToArray(), klines.High.ToArray(), klines.Low.ToArray(), klines.Close.ToArray(), klines.Volume.ToArray()];
        for (int i = 0; i < fields.Length; i++)
            await group.WriteAsync<double>(fields[i], columns[i].AsMemory(), cancellationToken: cancellationToken);
    }

    private static async Task AddAsync(ParquetRowGroupReader group, DataField field, List<double> into, string name, CancellationToken cancellationToken)
    {
        int count = (int)group.RowCount;
        if (field.IsNullable && field.ClrType.IsValueType)
        {
            if (group.GetStatistics(field)?.NullCount is not 0)
                throw new CsvKlineException(name, 0, field.Name, "may hold nulls, which no bar has. Write the file without them.");
        }

        if (field.ClrType == typeof(double))
            into.AddRange(await ReadAsync<double>());
        else if (field.ClrType == typeof(float))
            into.AddRange((await ReadAsync<float>()).Select(v => (double)v));
        else if (field.ClrType == typeof(long))
            into.AddRange((await ReadAsync<long>()).Select(v => (double)v));
        else if (field.ClrType == typeof(int))
            into.AddRange((await ReadAsync<int>()).Select(v => (double)v));
        else if (field.ClrType == typeof(decimal))
            into.AddRange((await ReadAsync<decimal>()).Select(v => (double)v));
        else if (field.ClrType == typeof(DateTime))
            into.AddRange((await ReadAsync<DateTime>()).Select(v => (double)new DateTimeOffset(DateTime.SpecifyKind(v, DateTimeKind.Utc)).ToUnixTimeMilliseconds()));
        else
            throw new CsvKlineException(name, 0, field.Name, $"is a column of {field.ClrType.Name}. Give numbers, and times as numbers or timestamps.");

        async Task<T[]> ReadAsync<T>()
            where T : struct
        {
            T[] values = new T[count];
            if (!field.IsNullable)
            {
                await group.ReadAsync(field, values.AsMemory(), cancellationToken: cancellationToken);
                return values;
            }

            T?[] nullable = new T?[count];
            await group.ReadAsync(field, nullable.AsMemory(), cancellationToken: cancellationToken);
            return [.. nullable.Select(v => v!.Value)];
        }
    }

    private static ImportedKlines Checked(List<double>[] values, string name, string symbol)
    {
        if (values[0].Count == 0)
            throw new CsvKlineException(name, 0, "", "holds no bar.");
        TimeUnit unit = TimeUnit.Of((long)values[0][0]) ?? throw new CsvKlineException(name, 1, "time", $"{values[0][0]} is no time between 1973 and 2286.");
        KlineColumns bars = new();
        double[] row = new double[5];
        for (int r = 0; r < values[0].Count; r++)
        {
            if (!unit.TryRead((long)values[0][r], out long time))
                throw new CsvKlineException(name, r + 1, "time", $"{values[0][r]} is no time in {unit.Name}, as the rows above.");
            CsvKlineReader.RequireAfter(bars, time, name, r + 1, "time");
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = values[i + 1][r];
                if (!double.IsFinite(row[i]) || row[i] < 0 || (row[i] == 0 && i < 4))
                    throw new CsvKlineException(name, r + 1, Names[i], $"{row[i]} cannot be: {(i < 4 ? "a price is more than 0" : "a volume is 0 or more")}.");
            }

            CsvKlineReader.RequireConsistent(row, name, r + 1);
            bars.Add(time, row);
        }

        return new ImportedKlines(bars.ToKlines(symbol), $"Parquet, times in {unit.Name}");
    }
}
