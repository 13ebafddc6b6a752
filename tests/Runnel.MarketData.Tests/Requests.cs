namespace Runnel.MarketData.Tests;

internal static class Requests
{
    public static KlineRequest All(string symbol, string interval, KlineCategory category = KlineCategory.Linear) => Of(symbol, interval, "1990-01-01", "2039-01-01", category);

    public static KlineRequest Of(string symbol, string interval, string from, string to, KlineCategory category = KlineCategory.Linear) => new()
    {
        Symbol = symbol,
        Interval = KlineInterval.Parse(interval),
        Category = category,
        From = Time(from),
        To = Time(to),
    };

    public static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, null, System.Globalization.DateTimeStyles.AssumeUniversal);
}
