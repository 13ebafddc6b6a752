using System.IO.Compression;
using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>Brings files of other programs into a store, and gives bars out.</summary>
public static class KlineImport
{
    /// <summary>The name under which a store knows imported bars.</summary>
    public const string Origin = "import";

    /// <summary>Reads a file: CSV (ours, Binance's dumps, backtesting.py's, TradingView's export), freqtrade's JSON, Parquet; also gzipped, or alone in a
    /// zip. Recognized by content; times in seconds, milli-, micro- or nanoseconds, or as dates.</summary>
    /// <param name="path">The file.</param>
    /// <param name="symbol">The instrument its bars are of.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="CsvKlineException">It cannot be read; names file, line (row, for Parquet) and column.</exception>
    /// <exception cref="MarketDataException">There is no such file or it may not be read.</exception>
    public static async Task<ImportedKlines> ReadAsync(string path, string symbol, CancellationToken cancellationToken)
    {
        string name = Path.GetFileName(path);
        try
        {
            await using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, FileOptions.SequentialScan);
            byte[] head = new byte[4];
            int length = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
            file.Position = 0;
            ReadOnlyMemory<byte> start = head.AsMemory(0, length);
            if (start.Span.StartsWith("PAR1"u8))
                return await ParquetImport.ReadAsync(file, name, symbol, cancellationToken);
            if (start.Span.StartsWith("PK"u8))
                return await ReadZipAsync(file, name, symbol, cancellationToken);
            if (!start.Span.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
                return ReadText(file, name, symbol, cancellationToken);
            using BufferedHead packed = new(file);
            using WholeGzipStream unpacked = new(packed);
            return ReadText(unpacked, name, symbol, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MarketDataException($"There is no file {Path.GetFullPath(path)}. Check the path.", e);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new CsvKlineException(name, 0, "", $"is damaged or cut short ({e.Message}). Copy or download it again.", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new MarketDataException($"The file {Path.GetFullPath(path)} could not be read: {e.Message} Check its permissions and its disk.", e);
        }
    }

    /// <summary>Brings bars into a store. All of them are checked before the first is written.</summary>
    /// <param name="store">Where they go.</param>
    /// <param name="series">Whose bars they are; each has to open where a bar of the interval does.</param>
    /// <param name="klines">The bars.</param>
    /// <param name="replace">Whether other bars that are stored for the same time give way; else they are an error. Equal ones never are.</param>
    /// <param name="cancellationToken">Ends it before anything is changed.</param>
    /// <exception cref="MarketDataException">The bars are of another interval, or something is stored for their time already.</exception>
    public static async Task WriteAsync(KlineStore store, KlineSeries series, Klines klines, bool replace, CancellationToken cancellationToken)
    {
        RequireInterval(klines, series.Interval);
        TimeRange range = new(klines.OpenTimes[0], series.Interval.Add(klines.OpenTimes[^1], 1));
        if (!replace && await store.ReadAsync(series, range, cancellationToken) is { } known && KlineRange.CountOther(known, klines) is > 0 and int others)
        {
            throw new MarketDataException($"The store has {others} other bars of {series} between {KlineRange.Moment(range.From)} and {KlineRange.Moment(range.To)} UTC already. "
                + "Add --replace to have the imported ones instead.");
        }

        await store.WriteAsync(series, range, klines, Origin, cancellationToken);
    }

    /// <summary>Writes bars to a file, by its name Parquet (<c>.parquet</c>) or CSV (<c>.csv</c>, <c>.csv.gz</c>). It appears whole or not at all.</summary>
    /// <exception cref="MarketDataException">The name says no format, or the file cannot be written.</exception>
    public static async Task ExportAsync(string path, Klines klines, CancellationToken cancellationToken)
    {
        try
        {
            if (path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase))
            {
                CsvKlineWriter.Write(path, klines);
                return;
            }

            if (!path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase))
                throw new MarketDataException($"'{path}' says no format by its name. End it in .csv, .csv.gz or .parquet.");
            string partial = $"{path}.{Guid.NewGuid():N}.part";
            try
            {
                await using (FileStream file = new(partial, FileMode.CreateNew, FileAccess.ReadWrite))
                {
                    await ParquetImport.WriteAsync(file, klines, cancellationToken);
                    file.Flush(flushToDisk: true);
                }

                File.Move(partial, path, overwrite: true);
            }
            finally
            {
                File.Delete(partial);
            }
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new MarketDataException($"{Path.GetFullPath(path)} could not be written: {e.Message} Check the folder, its permissions and the disk's space.", e);
        }
    }

    private static async Task<ImportedKlines> ReadZipAsync(Stream file, string name, string symbol, CancellationToken cancellationToken)
    {
        using ZipArchive zip = new(file, ZipArchiveMode.Read, leaveOpen: true);
        ZipArchiveEntry[] entries = [.. zip.Entries.Where(e => e.Length > 0)];
        if (entries.Length != 1)
            throw new CsvKlineException(name, 0, "", $"holds {entries.Length} files. Give a zip with one, or unpack it.");
        await using Stream unpacked = await entries[0].OpenAsync(cancellationToken);
        return ReadText(unpacked, entries[0].Name, symbol, cancellationToken);
    }

    private static ImportedKlines ReadText(Stream text, string name, string symbol, CancellationToken cancellationToken)
    {
        using PeekStream peek = new(text);
        if (peek.First is not ((byte)'[' or (byte)'{'))
            return CsvImport.Read(peek, name, symbol, cancellationToken);
        using MemoryStream json = new();
        peek.CopyTo(json);
        return JsonImport.Read(json.ToArray(), name, symbol, cancellationToken);
    }

    private static void RequireInterval(Klines klines, KlineInterval interval)
    {
        ReadOnlySpan<long> times = klines.OpenTimes;
        for (int i = 0; i < times.Length; i++)
        {
            if (interval.Floor(times[i]) != times[i])
                throw new MarketDataException($"Bar {i + 1} opens at {KlineRange.Moment(times[i])} UTC, where no bar of {interval} does (they are aligned in UTC). Check the interval and the file's time zone.");
        }

        long step = long.MaxValue;
        for (int i = 1; i < times.Length; i++)
            step = Math.Min(step, interval.CountBetween(times[i - 1], times[i]));
        if (step is > 1 and < long.MaxValue)
            throw new MarketDataException($"The bars are at least {step} intervals of {interval} apart, so they are longer ones. Check the interval.");
    }
}
