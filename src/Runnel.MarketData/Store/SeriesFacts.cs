using System.IO.Hashing;
using System.Text;

namespace Runnel.MarketData;

/// <summary>What the files of a series say of themselves.</summary>
/// <param name="Months">Those in order.</param>
/// <param name="Damaged">Those that are not.</param>
internal sealed record SeriesFacts(IReadOnlyList<MonthFacts> Months, IReadOnlyList<DamagedFile> Damaged)
{
    public long Rows => Months.Sum(m => (long)m.Rows);

    public long? First => Months.Min(m => m.FirstTime);

    public long? Last => Months.Max(m => m.LastTime);

    public long Bytes => Months.Sum(m => m.Bytes);

    public IReadOnlyList<TimeRange> Covered => TimeRanges.Union(Months.SelectMany(m => m.Covered));

    public IReadOnlyList<string> Origins => [.. Months.SelectMany(m => m.Origins).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>XXH128 over the checksums of the files, in hex.</summary>
    public string Checksum => Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(string.Join('\n', Months.Select(m => m.Checksum)))));

    public static DateTimeOffset? Moment(long? time) => time is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
