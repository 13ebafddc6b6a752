using System.Globalization;

namespace Runnel.MarketData;

/// <summary>A calendar month in UTC: what one file of the store holds.</summary>
internal readonly record struct KlineMonth(int Year, int Month)
{
    public static KlineMonth Of(long time)
    {
        DateTimeOffset moment = DateTimeOffset.FromUnixTimeMilliseconds(time);
        return new KlineMonth(moment.Year, moment.Month);
    }

    public long Start => new DateTimeOffset(Year, Month, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public long End => Next.Start;

    public KlineMonth Next => Month == 12 ? new KlineMonth(Year + 1, 1) : new KlineMonth(Year, Month + 1);

    public TimeRange Range => new(Start, End);

    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Month:00}.parquet");

    public static bool TryParse(string fileName, out KlineMonth month)
    {
        bool fits = DateTime.TryParseExact(fileName, "yyyy-MM'.parquet'", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime first);
        month = fits ? new KlineMonth(first.Year, first.Month) : default;
        return fits;
    }
}
