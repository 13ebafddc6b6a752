using System.Globalization;
using System.IO.Compression;
using System.Text;
using CsvHelper;
using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>Funding payments as CSV: a column of times (<c>timestamp_ms</c>) and one of rates as fractions (<c>funding_rate</c>), found by their names; also
/// Binance's dumps. Plain or gzipped, recognized by content. Strict: the first thing that is wrong ends the reading with its line.</summary>
public static class CsvFunding
{
    private static readonly string[] TimeNames = ["timestamp_ms", "time_ms", "timestamp", "time", "date", "calc_time", "funding_time", "fundingtime", "fundingratetimestamp"];
    private static readonly string[] RateNames = ["funding_rate", "fundingrate", "rate", "last_funding_rate"];

    /// <summary>Reads a file whole.</summary>
    /// <exception cref="CsvKlineException">It breaks the format, is damaged, or holds no payment; names file, line and column.</exception>
    /// <exception cref="MarketDataException">There is no such file or it may not be read.</exception>
    public static FundingRates Read(string path)
    {
        string name = Path.GetFileName(path);
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using BufferedHead head = new(file);
            using Stream text = head.StartsWith([0x1f, 0x8b]) ? new WholeGzipStream(head) : head;
            using CsvReader csv = CsvReader.Create(text, CsvDialect.Options, leaveOpen: true);
            return ReadRows(csv, name);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MarketDataException($"There is no file {Path.GetFullPath(path)}. Check the path.", e);
        }
        catch (CsvFormatException e)
        {
            throw new CsvKlineException(name, 0, "", $"is not readable CSV: {e.Message}", e);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new CsvKlineException(name, 0, "", $"the gzip is damaged or cut short ({e.Message}). Copy or download the file again.", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new MarketDataException($"The file {Path.GetFullPath(path)} could not be read: {e.Message} Check its permissions and its disk.", e);
        }
    }

    /// <summary>Writes a file that <see cref="Read"/> reads back to the bit, gzipped if its name ends in <c>.gz</c>. It appears whole or not at all.</summary>
    /// <exception cref="MarketDataException">The name says no format, or the file cannot be written.</exception>
    public static void Write(string path, FundingRates rates)
    {
        bool packed = path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase);
        if (!packed && !path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            throw new MarketDataException($"'{path}' says no format by its name. End it in .csv or .csv.gz.");
        StringBuilder text = new("timestamp_ms,funding_rate\n");
        for (int i = 0; i < rates.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"{rates.Times[i]},{rates.Rates[i]}\n");
        string partial = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            using (FileStream file = new(partial, FileMode.CreateNew, FileAccess.Write))
            {
                byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
                if (packed)
                {
                    using GZipStream gzip = new(file, CompressionLevel.Optimal, leaveOpen: true);
                    gzip.Write(bytes);
                }
                else
                {
                    file.Write(bytes);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new MarketDataException($"{Path.GetFullPath(path)} could not be written: {e.Message} Check the folder, its permissions and the disk's space.", e);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static FundingRates ReadRows(CsvReader csv, string name)
    {
        (int timeAt, int rateAt) = ReadHeader(csv, name);
        List<long> times = [];
        List<double> rates = [];
        TimeUnit? unit = null;
        while (csv.Read())
        {
            if (csv.FieldCount <= Math.Max(timeAt, rateAt))
                throw new CsvKlineException(name, csv.LineNumber, "", $"has {csv.FieldCount} values. Was the file cut short?");
            ReadOnlySpan<byte> when = csv.GetSpan(timeAt);
            unit ??= TimeUnit.Of(when);
            if (unit is null || !unit.TryRead(when, out long time))
                throw new CsvKlineException(name, csv.LineNumber, "time", $"'{CsvKlineReader.Show(when)}' is no time{(unit is null ? "" : $" in {unit.Name}, as the lines above have it")}. Give Unix milliseconds (UTC).");
            if (times.Count > 0 && time <= times[^1])
                throw new CsvKlineException(name, csv.LineNumber, "time", $"{time} {(time == times[^1] ? "repeats" : "is before")} the time of the payment above, {times[^1]}. Sort the file by time and remove doubles.");
            ReadOnlySpan<byte> text = csv.GetSpan(rateAt);
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) || !double.IsFinite(rate) || Math.Abs(rate) >= 1)
                throw new CsvKlineException(name, csv.LineNumber, "rate", $"'{CsvKlineReader.Show(text)}' is no rate. Give a fraction between -1 and 1 (0.0001 is 0.01 %).");
            times.Add(time);
            rates.Add(rate);
        }

        return times.Count > 0 ? new FundingRates([.. times], [.. rates]) : throw new CsvKlineException(name, 0, "", "holds no payment below its header.");
    }

    private static (int Time, int Rate) ReadHeader(CsvReader csv, string name)
    {
        string[] found = csv.Read() ? [.. Enumerable.Range(0, csv.FieldCount).Select(i => csv.GetString(i).Trim().TrimStart('\uFEFF').ToLowerInvariant())] : [];
        (int time, int rate) = (Array.FindIndex(found, f => TimeNames.Contains(f)), Array.FindIndex(found, f => RateNames.Contains(f)));
        return time >= 0 && rate >= 0 ? (time, rate) : throw new CsvKlineException(name, 1, "",
            $"the header is '{CsvKlineReader.Shorten(string.Join(',', found))}'. It has to name a column timestamp_ms (Unix milliseconds, UTC) and a column funding_rate (a fraction).");
    }
}
