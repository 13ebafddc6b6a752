using System.Globalization;
using System.Text;
using CsvHelper;

namespace Runnel.MarketData;

/// <summary>Reads CSV as other programs write it: Binance's dumps (with or without a header), backtesting.py's and pandas' (a date first), TradingView's
/// (seconds or dates, indicators behind), and ours. Strict as <see cref="CsvKlineReader"/>: the first thing that is wrong ends it with its line.</summary>
internal static class CsvImport
{
    private static readonly string[] Fields = ["time", "open", "high", "low", "close", "volume"];

    public static ImportedKlines Read(Stream text, string name, string symbol, CancellationToken cancellationToken)
    {
        try
        {
            using CsvReader csv = CsvReader.Create(text, CsvDialect.Options, leaveOpen: true);
            return ReadRows(csv, name, symbol, cancellationToken);
        }
        catch (CsvFormatException e)
        {
            throw new CsvKlineException(name, 0, "", $"is not readable CSV: {e.Message}", e);
        }
    }

    private static ImportedKlines ReadRows(CsvReader csv, string name, string symbol, CancellationToken cancellationToken)
    {
        if (!csv.Read())
            throw new CsvKlineException(name, 0, "", "is empty.");
        List<string> first = [.. Enumerable.Range(0, csv.FieldCount).Select(i => csv.GetString(i))];
        CsvColumns columns = CsvColumns.Of(first) ?? throw new CsvKlineException(name, 1, "",
            $"'{CsvKlineReader.Shorten(string.Join(',', first))}' is no header that is known. Name the columns time (or date, timestamp, open_time), open, high, low, close and volume, split by commas.");

        KlineColumns bars = new();
        TimeUnit? unit = null;
        Span<double> row = stackalloc double[5];
        bool more = !columns.HasHeader || csv.Read();
        for (; more; more = csv.Read())
        {
            if ((bars.Count & 0xfff) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> when = Field(csv, columns, 0, name);
            unit ??= TimeUnit.Of(when) ?? throw new CsvKlineException(name, csv.LineNumber, "time",
                $"'{CsvKlineReader.Show(when)}' is no time. Give seconds, milliseconds, micro- or nanoseconds since 1970, or a date such as 2024-01-31 12:00 (UTC).");
            if (!unit.TryRead(when, out long time))
                throw new CsvKlineException(name, csv.LineNumber, "time", $"'{CsvKlineReader.Show(when)}' is no time in {unit.Name}, as the lines above have it. Use one form of time throughout.");
            CsvKlineReader.RequireAfter(bars, time, name, csv.LineNumber, "time");
            for (int i = 0; i < row.Length; i++)
                row[i] = i == 4 && columns.At[5] < 0 ? 0 : CsvKlineReader.ParseNumber(Field(csv, columns, i + 1, name), name, csv.LineNumber, Fields[i + 1], mayBeZero: i == 4);
            CsvKlineReader.RequireConsistent(row, name, csv.LineNumber);
            bars.Add(time, row);
        }

        return bars.Count > 0
            ? new ImportedKlines(bars.ToKlines(symbol), string.Create(CultureInfo.InvariantCulture, $"CSV {(columns.HasHeader ? "with" : "without")} a header, times in {unit!.Name}{(columns.At[5] < 0 ? ", no volume" : "")}"))
            : throw new CsvKlineException(name, 0, "", "holds no bar below its header.");
    }

    private static ReadOnlySpan<byte> Field(CsvReader csv, CsvColumns columns, int field, string name)
    {
        int at = columns.At[field];
        return at < csv.FieldCount
            ? csv.GetSpan(at)
            : throw new CsvKlineException(name, csv.LineNumber, Fields[field], $"is absent: the line has {csv.FieldCount} values. Was the file cut short?");
    }
}
