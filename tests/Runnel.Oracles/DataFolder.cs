using System.Globalization;
using System.IO.Compression;
using Runnel.Backtesting;

namespace Runnel.Oracles;

/// <summary>Kline and funding files, each read once.</summary>
/// <param name="path">The folder that has them, or the one with that folder as <c>klines</c>.</param>
public sealed class DataFolder(string path)
{
    private readonly Dictionary<string, Klines> read = [];

    /// <summary>The kline folder that belongs to a folder of cases: data/klines in it or in a folder above it.</summary>
    public static string? Beside(string cases)
    {
        for (DirectoryInfo? folder = new(Path.GetFullPath(cases)); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "data", "klines");
            if (Directory.Exists(candidate))
                return candidate;
        }

        return null;
    }

    public Klines Klines(string file)
    {
        if (read.TryGetValue(file, out Klines? klines))
            return klines;
        List<string[]> rows = [.. Rows(file, "timestamp_ms,open,high,low,close,volume")];
        double[] Column(int index) => [.. rows.Select(row => double.Parse(row[index], CultureInfo.InvariantCulture))];
        long[] times = [.. rows.Select(row => long.Parse(row[0], CultureInfo.InvariantCulture))];
        return read[file] = new Klines(file, times, Column(1), Column(2), Column(3), Column(4), Column(5));
    }

    public FundingRates Funding(string file)
    {
        List<string[]> rows = [.. Rows(file, "timestamp_ms,funding_rate")];
        return new FundingRates(
            [.. rows.Select(row => long.Parse(row[0], CultureInfo.InvariantCulture))],
            [.. rows.Select(row => double.Parse(row[1], CultureInfo.InvariantCulture))]);
    }

    private IEnumerable<string[]> Rows(string file, string header)
    {
        string full = Path.Combine(path, file);
        if (!File.Exists(full))
            full = Path.Combine(path, "klines", file);
        if (!File.Exists(full))
            throw new CaseException($"the data file {file} is not in the kline folder; give the folder that has it with --data DIR");
        using Stream stream = File.OpenRead(full);
        using Stream text = file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        using StreamReader reader = new(text);
        string? first = reader.ReadLine();
        if (first != header)
            throw new CaseException($"{file} starts with '{first}', not with '{header}'");
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0)
                yield return line.Split(',');
        }
    }
}
