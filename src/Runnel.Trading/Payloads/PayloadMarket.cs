using Runnel.MarketData;

namespace Runnel.Trading;

internal static class PayloadMarket
{
    private const string SymbolRemedy = "Give the exchange's name of the instrument, for instance BTCUSDT.";

    /// <summary>Reads symbol, interval, category and range; null where any is wrong.</summary>
    /// <param name="fields">The payload.</param>
    /// <param name="open">The end of a range that names none; null where one must be named.</param>
    public static KlineRequest? Read(PayloadFields fields, DateTimeOffset? open = null) => ReadFor(ReadSymbol(fields), fields, open);

    /// <summary>As <see cref="Read"/>, for a symbol that was read already; null where it was wrong.</summary>
    public static KlineRequest? ReadFor(string? symbol, PayloadFields fields, DateTimeOffset? open = null)
    {
        KlineInterval? interval = ReadInterval(fields);
        KlineCategory? category = ReadCategory(fields);
        (DateTimeOffset From, DateTimeOffset To)? range = ReadRange(fields, open);
        return symbol is null || interval is null || category is null || range is not { } dates
            ? null
            : new KlineRequest { Symbol = symbol, Interval = interval, Category = category.Value, From = dates.From, To = dates.To };
    }

    /// <summary>Reads start_date and end_date; null where one is wrong.</summary>
    /// <param name="fields">The payload.</param>
    /// <param name="open">The end of a range that names none; null where one must be named.</param>
    public static (DateTimeOffset From, DateTimeOffset To)? ReadRange(PayloadFields fields, DateTimeOffset? open = null)
    {
        DateTimeOffset? from = PayloadDates.Read(fields, "start_date");
        DateTimeOffset? to = open is not null && !fields.Has("end_date") ? open : PayloadDates.Read(fields, "end_date");
        if (from is null || to is null)
            return null;
        if (to > from)
            return (from.Value, to.Value);
        fields.Fail("end_date", $"is {to:yyyy-MM-dd HH:mm:ss}, not after start_date {from:yyyy-MM-dd HH:mm:ss}, so the range is empty. Give a later end_date; "
            + "bars that open at or after start_date and before end_date are used.");
        return null;
    }

    /// <summary>Fails funding and steps of markets that have none.</summary>
    public static void RequireExtras(PayloadFields fields, BacktestPayload account, KlineRequest? request)
    {
        if (account.Instrument && request?.Category == KlineCategory.Inverse)
            fields.Fail("instrument", "is true, and the steps of inverse contracts are in USD, not in units. Leave it out, and give lot, tick and min_notional.");
        if (account.Funding && request?.Category == KlineCategory.Spot)
            fields.Fail("funding", "is true, and spot pays no funding. Leave it out, or give the category linear or inverse.");
    }

    /// <summary>The interval by whose bars each bar is worked off; null for none.</summary>
    public static KlineInterval? ReadFiner(PayloadFields fields, KlineInterval? interval)
    {
        if (fields.Find("finer_interval") is not { } value)
            return null;
        string text = value.ValueKind == System.Text.Json.JsonValueKind.Number ? value.GetRawText() : value.ToString();
        if (!KlineInterval.TryParse(text, out KlineInterval? finer))
            fields.Fail("finer_interval", $"is {PayloadFields.Show(value)}. Give one of {string.Join(", ", KlineInterval.All.Select(i => i.Name))}.");
        else if (interval is not null && !(finer.Length < (interval.Length ?? TimeSpan.FromDays(28))))
            fields.Fail("finer_interval", $"is '{text}'. Give one that is shorter than the interval, {interval.Name}.");
        return finer;
    }

    public static string? ReadSymbol(PayloadFields fields)
    {
        string? symbol = fields.Text("symbol", SymbolRemedy);
        if (symbol is null || (symbol.Length <= 64 && symbol.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
            return symbol?.ToUpperInvariant();
        fields.Fail("symbol", $"is '{(symbol.Length > 80 ? symbol[..80] + "…" : symbol)}'. {SymbolRemedy}");
        return null;
    }

    private static KlineInterval? ReadInterval(PayloadFields fields)
    {
        string remedy = $"Give one of {string.Join(", ", KlineInterval.All.Select(i => i.Name))}.";
        string? text = fields.Text("interval", remedy);
        if (text is null || KlineInterval.TryParse(text, out KlineInterval? interval))
            return text is null ? null : KlineInterval.Parse(text);
        fields.Fail("interval", $"is '{text}'. {remedy}");
        return null;
    }

    public static KlineCategory? ReadCategory(PayloadFields fields)
    {
        if (fields.Find("category") is not { } value)
            return KlineCategory.Linear;
        foreach (KlineCategory category in Enum.GetValues<KlineCategory>())
        {
            if (value.ValueKind == System.Text.Json.JsonValueKind.String && category.ToString().Equals(value.GetString(), StringComparison.OrdinalIgnoreCase))
                return category;
        }

        fields.Fail("category", $"is {PayloadFields.Show(value)}. Give spot, linear or inverse.");
        return null;
    }
}
