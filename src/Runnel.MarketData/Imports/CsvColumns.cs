namespace Runnel.MarketData;

/// <summary>Which columns of a CSV file hold what, told by its header, or by its shape where it has none.</summary>
internal sealed class CsvColumns
{
    private static readonly string[][] Names =
    [
        ["timestamp_ms", "open_time", "open time", "opentime", "open_time_ms", "timestamp", "time", "date", "datetime", "date time", "unix", ""], // "": a pandas index
        ["open"], ["high"], ["low"], ["close"], ["volume", "vol"],
    ];

    private CsvColumns(int[] at, bool hasHeader) => (At, HasHeader) = (at, hasHeader);

    /// <summary>Places of time, open, high, low, close, volume; -1 for a volume that is not there.</summary>
    public int[] At { get; }

    public bool HasHeader { get; }

    /// <summary>Reads the first line.</summary>
    /// <returns>Null where it is neither a header that we know nor a line of numbers.</returns>
    public static CsvColumns? Of(IReadOnlyList<string> line)
    {
        if (line.Count >= 6 && line.Take(6).All(v => double.TryParse(v, System.Globalization.CultureInfo.InvariantCulture, out _)))
            return new CsvColumns([0, 1, 2, 3, 4, 5], hasHeader: false); // Binance's dumps before 2025 have no header
        int[] at = [.. Names.Select(names => Find(line, names))];
        return at.Take(5).All(i => i >= 0) && at.Distinct().Count() == at.Length ? new CsvColumns(at, hasHeader: true) : null;
    }

    private static int Find(IReadOnlyList<string> line, string[] names)
    {
        foreach (string name in names)
        {
            for (int i = 0; i < line.Count; i++)
            {
                if (line[i].Trim().TrimStart('\uFEFF').Equals(name, StringComparison.OrdinalIgnoreCase))
                    return i;
            }
        }

        return -1;
    }
}
