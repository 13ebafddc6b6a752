using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Parquet;
using Parquet.Schema;

namespace Runnel.MarketData;

/// <summary>Writes and reads the Parquet file of one month. Times and values (of klines: open, high, low, close, volume) are whole numbers;
/// <c>close_x100</c> holds closes times 100. A column whose values have no such form is a DOUBLE and has the bare name. The same bars give the same bytes.</summary>
internal static class MonthFile
{
    private const string Format = "1", FormatKey = "runnel.format", CoveredKey = "runnel.covered", OriginsKey = "runnel.origins", BoundsKey = "runnel.bounds", ChecksumKey = "runnel.checksum";
    private static readonly string NoChecksum = new('-', 32);

    public static async Task<byte[]> WriteAsync(MonthBars bars, ColumnLayout layout)
    {
        int count = bars.Times.Length;
        List<DataField> fields = [new DataField<long>(layout.Time)];
        List<long[]> whole = [bars.Times];
        for (int i = 0; i < layout.Values.Count; i++)
        {
            long[] scaled = new long[count];
            int decimals = DecimalColumn.Fit(bars.Values[i], scaled);
            fields.Add(decimals < 0 ? new DataField<double>(layout.Values[i]) : new DataField<long>(Scaled(layout.Values[i], decimals)));
            whole.Add(scaled);
        }

        // Delta encoding leaves so little that compressing it saves 2 % and doubles the time to read.
        ParquetOptions options = new() { CompressionMethod = CompressionMethod.None };
        foreach (DataField field in fields.Where(f => f.ClrType == typeof(long)))
            options.ColumnEncodingHints[field.Name] = EncodingHint.DeltaBinaryPacked;
        using MemoryStream stream = new(64 + (count * 16));
        ParquetSchema schema = new([.. fields]);
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream, options, cancellationToken: CancellationToken.None))
        {
            if (count > 0)
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                for (int i = 0; i < fields.Count; i++)
                {
                    if (fields[i].ClrType == typeof(long))
                        await group.WriteAsync<long>(fields[i], whole[i].AsMemory());
                    else
                        await group.WriteAsync<double>(fields[i], bars.Values[i - 1].AsMemory());
                }
            }

            Dictionary<string, string> facts = new()
            {
                [FormatKey] = Format,
                [CoveredKey] = TimeRanges.Write(bars.Covered),
                [OriginsKey] = string.Join(',', bars.Origins),
                [BoundsKey] = count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{bars.Times[0]}-{bars.Times[^1]}"),
            };
            facts[ChecksumKey] = NoChecksum;
            writer.CustomMetadata = facts;
        }

        byte[] bytes = stream.ToArray();
        int at = bytes.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(NoChecksum));
        Encoding.ASCII.GetBytes(Checksum(bytes, at), bytes.AsSpan(at, NoChecksum.Length));
        return bytes;
    }

    /// <summary>Opens a file's bytes and checks them against their checksum.</summary>
    /// <exception cref="InvalidDataException">They are not what was written.</exception>
    public static async Task<OpenMonth> OpenAsync(byte[] bytes, ColumnLayout layout)
    {
        string checksum = CheckedSum(bytes); // before the library sees them: there are damaged footers over which its parser never ends
        ParquetReader reader;
        try
        {
            reader = await ParquetReader.CreateAsync(new MemoryStream(bytes, writable: false), cancellationToken: CancellationToken.None);
        }
        catch (Exception e) when (e is not OutOfMemoryException) // the library throws what its parser meets
        {
            throw new InvalidDataException($"it is no readable Parquet ({e.Message})", e);
        }

        try
        {
            return new OpenMonth(reader, layout, ReadFacts(bytes.Length, checksum, reader));
        }
        catch (Exception e)
        {
            await reader.DisposeAsync();
            if (e is InvalidDataException)
                throw;
            throw new InvalidDataException($"its facts cannot be read ({e.Message})", e);
        }
    }

    private static MonthFacts ReadFacts(int bytes, string checksum, ParquetReader reader)
    {
        Dictionary<string, string> facts = reader.CustomMetadata;
        string format = facts[FormatKey];
        if (format != Format)
            throw new InvalidDataException($"it has the format {format}, and this version reads {Format}; update Runnel");

        long rows = 0;
        for (int i = 0; i < reader.RowGroupCount; i++)
            rows += reader.OpenRowGroupReader(i).RowCount;
        TimeRange? bounds = facts[BoundsKey].Length == 0 ? null : TimeRanges.Read(facts[BoundsKey])[0];
        return new MonthFacts
        {
            Rows = (int)rows,
            FirstTime = bounds?.From,
            LastTime = bounds?.To,
            Covered = TimeRanges.Read(facts[CoveredKey]),
            Origins = facts[OriginsKey].Split(',', StringSplitOptions.RemoveEmptyEntries),
            Checksum = checksum,
            Bytes = bytes,
        };
    }

    /// <summary>The checksum written into a file, once it was found right.</summary>
    private static string CheckedSum(byte[] bytes)
    {
        if (!bytes.AsSpan().StartsWith("PAR1"u8))
            throw new InvalidDataException("it does not begin as a Parquet file does");
        int key = bytes.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(ChecksumKey));
        int at = key + ChecksumKey.Length + 2; // the value's Thrift header: its field, its length
        if (key < 0 || at + NoChecksum.Length > bytes.Length)
            throw new InvalidDataException("it holds no checksum, so it was cut short or is of another program; bring such files in with runnel data import");
        string written = Encoding.UTF8.GetString(bytes, at, NoChecksum.Length), checksum = Checksum(bytes, at);
        return written == checksum ? checksum : throw new InvalidDataException($"its checksum is {checksum}, not the one written into it");
    }

    /// <summary>Covers every byte of the file but the checksum itself.</summary>
    private static string Checksum(ReadOnlySpan<byte> bytes, int at)
    {
        XxHash128 hash = new();
        hash.Append(bytes[..at]);
        hash.Append(bytes[(at + NoChecksum.Length)..]);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private static string Scaled(string name, int decimals) => decimals == 0 ? name + "_x1" : name + "_x1" + new string('0', decimals);

    /// <summary>The decimals that a column's name tells, or null for a column of doubles.</summary>
    private static int? Decimals(string column, string name) =>
        column.Length >= name.Length + 3 && column.StartsWith(name + "_x1", StringComparison.Ordinal) ? column.Length - name.Length - 3 : null;

    /// <summary>A month's file in memory, checked.</summary>
    internal sealed class OpenMonth(ParquetReader reader, ColumnLayout layout, MonthFacts facts) : IAsyncDisposable
    {
        public MonthFacts Facts => facts;

        public async Task ReadTimesAsync(Memory<long> times)
        {
            if (facts.Rows > 0)
                await ReadAsync(0, times);
        }

        /// <summary>Decodes all columns.</summary>
        /// <param name="times">As long as there are rows.</param>
        /// <param name="values">As the layout has them.</param>
        public async Task ReadAsync(Memory<long> times, params Memory<double>[] values)
        {
            if (facts.Rows == 0)
                return;
            long[] whole = System.Buffers.ArrayPool<long>.Shared.Rent(facts.Rows);
            try
            {
                await ReadAsync(0, times);
                for (int i = 0; i < layout.Values.Count; i++)
                {
                    if (Decimals(reader.Schema.DataFields[i + 1].Name, layout.Values[i]) is not { } decimals)
                    {
                        await ReadAsync(i + 1, values[i]);
                        continue;
                    }

                    await ReadAsync(i + 1, whole.AsMemory(0, facts.Rows));
                    DecimalColumn.Restore(whole.AsSpan(0, facts.Rows), decimals, values[i].Span);
                }
            }
            finally
            {
                System.Buffers.ArrayPool<long>.Shared.Return(whole);
            }
        }

        public async Task<MonthBars> ReadBarsAsync()
        {
            long[] times = new long[facts.Rows];
            double[][] values = [.. layout.Values.Select(_ => new double[facts.Rows])];
            await ReadAsync(times, [.. values.Select(v => v.AsMemory())]);
            return new MonthBars { Times = times, Values = values, Covered = facts.Covered, Origins = facts.Origins };
        }

        public ValueTask DisposeAsync() => reader.DisposeAsync();

        private async Task ReadAsync<T>(int column, Memory<T> into)
            where T : struct
        {
            try
            {
                using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
                await group.ReadAsync(reader.Schema.DataFields[column], into, cancellationToken: CancellationToken.None);
            }
            catch (Exception e) when (e is not OutOfMemoryException) // the library throws what its decoder meets
            {
                throw new InvalidDataException($"its column {reader.Schema.DataFields[column].Name} cannot be decoded ({e.Message})", e);
            }
        }
    }
}
