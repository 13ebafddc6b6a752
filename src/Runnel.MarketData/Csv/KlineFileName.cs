using System.Diagnostics.CodeAnalysis;

namespace Runnel.MarketData;

/// <summary>What a file's name says of its bars: <c>{venue}-{category}-{symbol}-{interval}[-anything].csv[.gz]</c>, for instance
/// <c>bybit-linear-BTCUSDT-60.csv.gz</c>. A symbol may itself hold dashes.</summary>
/// <param name="Venue">Where the bars were traded, in lower case.</param>
/// <param name="Category">Kind of market.</param>
/// <param name="Symbol">Instrument.</param>
/// <param name="Interval">Length of a bar.</param>
public sealed record KlineFileName(string Venue, KlineCategory Category, string Symbol, KlineInterval Interval)
{
    /// <summary>Reads the convention off a file name (a path's folders are ignored).</summary>
    /// <returns>False where the name does not follow it.</returns>
    public static bool TryParse(string path, [NotNullWhen(true)] out KlineFileName? name)
    {
        name = null;
        if (!TryStem(Path.GetFileName(path), out string? stem))
            return false;
        string[] parts = stem.Split('-');
        if (parts.Length < 4 || parts.Contains("") || !Enum.TryParse(parts[1], ignoreCase: true, out KlineCategory category) || char.IsAsciiDigit(parts[1][0]))
            return false;

        for (int i = parts.Length - 1; i >= 3; i--)
        {
            if (KlineInterval.TryParse(parts[i], out KlineInterval? interval))
            {
                name = new KlineFileName(parts[0].ToLowerInvariant(), category, string.Join('-', parts[2..i]), interval);
                return true;
            }
        }

        return false;
    }

    /// <summary>The name of a gzipped file that follows the convention.</summary>
    public override string ToString() => $"{Venue}-{Category.ToString().ToLowerInvariant()}-{Symbol}-{Interval.Code}.csv.gz";

    private static bool TryStem(string fileName, [NotNullWhen(true)] out string? stem)
    {
        stem = fileName.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase) ? fileName[..^7]
            : fileName.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? fileName[..^4]
            : null;
        return stem is not null;
    }
}
