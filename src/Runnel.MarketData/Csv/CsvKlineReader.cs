using System.Globalization;
using System.Text;
using CsvHelper;
using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>Reads bars from CSV with the header <c>timestamp_ms,open,high,low,close,volume</c>: one bar a line, oldest first, the time being
/// the bar's OPEN time in Unix milliseconds (UTC). A gzip is recognized by its content, whatever the file is called.</summary>
/// <remarks>Strict: the first thing that is wrong ends the reading with its line, column and value, so that no file is half-used.</remarks>
public static class CsvKlineReader
{
    private const string Header = "timestamp_ms,open,high,low,close,volume";
    private static readonly string[] Columns = Header.Split(',');

    // 1973-03-03 to 2286-11-20 in milliseconds: seconds and microseconds of our times fall outside.
    private const long EarliestTime = 100_000_000_000;
    private const long LatestTime = 9_999_999_999_999;

    /// <summary>Reads a file whole.</summary>
    /// <param name="path">The file; relative to the current folder if not absolute.</param>
    /// <param name="symbol">The instrument its bars are of; the format does not say.</param>
    /// <param name="cancellationToken">Ends the reading early, with nothing read.</param>
    /// <exception cref="MarketDataException">There is no such file or it may not be read.</exception>
    /// <exception cref="CsvKlineException">It breaks the format, is damaged, or holds no bar.</exception>
    public static Klines Read(string path, string symbol, CancellationToken cancellationToken = default)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, FileOptions.SequentialScan);
            return Read(file, Path.GetFileName(path), symbol, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MarketDataException($"There is no klines file {Path.GetFullPath(path)}. Check the path; the format is CSV (or gzipped CSV) with the header {Header}.", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new MarketDataException($"The klines file {Path.GetFullPath(path)} could not be read: {e.Message} Check its permissions and its disk.", e);
        }
    }

    /// <summary>Reads a stream to its end, from its current position; it stays open.</summary>
    /// <param name="stream">CSV or gzipped CSV.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <param name="symbol">The instrument its bars are of.</param>
    /// <param name="cancellationToken">Ends the reading early, with nothing read.</param>
    /// <exception cref="CsvKlineException">It breaks the format, is damaged, or holds no bar.</exception>
    public static Klines Read(Stream stream, string name, string symbol, CancellationToken cancellationToken = default)
    {
        using BufferedHead head = new(stream);
        using Stream text = head.StartsWith([0x1f, 0x8b]) ? new WholeGzipStream(head) : head;
        try
        {
            using CsvReader csv = CsvReader.Create(text, CsvDialect.Options, leaveOpen: true);
            return ReadRows(csv, name, symbol, cancellationToken);
        }
        catch (CsvFormatException e)
        {
            throw new CsvKlineException(name, 0, "", $"is not readable CSV: {e.Message}", e);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new CsvKlineException(name, 0, "", $"the gzip is damaged or cut short ({e.Message}). Copy or download the file again.", e);
        }
    }

    private static Klines ReadRows(CsvReader csv, string name, string symbol, CancellationToken cancellationToken)
    {
        RequireHeader(csv, name);
        KlineColumns bars = new();
        Span<double> row = stackalloc double[5];
        while (csv.Read())
        {
            if ((bars.Count & 0xfff) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (csv.FieldCount != Columns.Length)
                throw new CsvKlineException(name, csv.LineNumber, "", $"has {csv.FieldCount} values, not {Columns.Length}. Give each line {Header}.");

            long time = ReadTime(csv, name);
            RequireAfter(bars, time, name, csv.LineNumber, Columns[0]);
            for (int i = 0; i < row.Length; i++)
                row[i] = ReadNumber(csv, name, i + 1);
            RequireConsistent(row, name, csv.LineNumber);
            bars.Add(time, row);
        }

        return bars.Count > 0 ? bars.ToKlines(symbol) : throw new CsvKlineException(name, 0, "", $"holds no bar. Give at least one line below the header {Header}.");
    }

    private static void RequireHeader(CsvReader csv, string name)
    {
        bool read = csv.Read();
        string[] found = read ? [.. Enumerable.Range(0, csv.FieldCount).Select(i => csv.GetString(i).Trim().TrimStart('\uFEFF'))] : [];
        if (!found.SequenceEqual(Columns, StringComparer.OrdinalIgnoreCase))
        {
            throw new CsvKlineException(name, 1, "", $"the header is '{Shorten(string.Join(',', found))}'. It has to be {Header}, with the bar's "
                + "open time in Unix milliseconds (UTC).");
        }
    }

    private static long ReadTime(CsvReader csv, string name)
    {
        ReadOnlySpan<byte> text = csv.GetSpan(0);
        if (!long.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long time))
            throw new CsvKlineException(name, csv.LineNumber, Columns[0], $"'{Show(text)}' is no whole number. Give Unix milliseconds (UTC), for instance 1704067200000 for 2024-01-01.");
        if (time is < EarliestTime or > LatestTime)
            throw new CsvKlineException(name, csv.LineNumber, Columns[0], $"{time} is no time between 1973 and 2286 in milliseconds. Are these {(time < EarliestTime ? "seconds" : "micro- or nanoseconds")}? Give Unix milliseconds (UTC).");
        return time;
    }

    private static double ReadNumber(CsvReader csv, string name, int column) => ParseNumber(csv.GetSpan(column), name, csv.LineNumber, Columns[column], mayBeZero: column == 5);

    internal static double ParseNumber(ReadOnlySpan<byte> text, string name, long line, string column, bool mayBeZero)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
            throw new CsvKlineException(name, line, column, $"'{Show(text)}' is no number. Give digits with a point, for instance 6591.5.");
        if (value < 0 || (value == 0 && !mayBeZero))
            throw new CsvKlineException(name, line, column, $"{Show(text)} cannot be: {(mayBeZero ? "a volume is 0 or more" : "a price is more than 0")}.");
        return value;
    }

    internal static void RequireAfter(KlineColumns bars, long time, string name, long line, string column)
    {
        if (bars.Count > 0 && time <= bars.LastTime)
        {
            throw new CsvKlineException(name, line, column, $"{time} {(time == bars.LastTime ? "repeats" : "is before")} the "
                + $"time of the bar above, {bars.LastTime}. Sort the file by time and remove doubles.");
        }
    }

    internal static void RequireConsistent(ReadOnlySpan<double> row, string name, long line)
    {
        (double open, double high, double low, double close) = (row[0], row[1], row[2], row[3]);
        if (high < Math.Max(open, Math.Max(close, low)))
            throw new CsvKlineException(name, line, "high", string.Create(CultureInfo.InvariantCulture, $"{high} is under open {open}, low {low} or close {close}. Correct the bar or leave it out."));
        if (low > Math.Min(open, close))
            throw new CsvKlineException(name, line, "low", string.Create(CultureInfo.InvariantCulture, $"{low} is over open {open} or close {close}. Correct the bar or leave it out."));
    }

    internal static string Show(ReadOnlySpan<byte> text) => Shorten(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 200)]));

    internal static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
