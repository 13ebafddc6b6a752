using System.Text.Json;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>The payload of a <c>data_fetch</c> that was found right, in the terms of the market data.</summary>
internal sealed record DataFetchOrder
{
    // Names no moment that a bar may have: up to now.
    private static readonly DateTimeOffset Never = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public required DataFetchKind Kind { get; init; }

    /// <summary>Null where it is about something else.</summary>
    public KlineRequest? Klines { get; init; }

    /// <summary>Null where it is about something else.</summary>
    public FundingRequest? Funding { get; init; }

    /// <summary>Whether what is stored is fetched again.</summary>
    public required bool Refresh { get; init; }

    /// <summary>Whether the payload names no end.</summary>
    public required bool IsOpen { get; init; }

    public required string Symbol { get; init; }

    public required KlineCategory Category { get; init; }

    /// <summary>For messages.</summary>
    public override string ToString() => Klines?.ToString() ?? Funding?.ToString() ?? $"instrument {Symbol} {SnakeCase.Of(Category.ToString())}";

    /// <summary>Reads and checks every field.</summary>
    /// <exception cref="PayloadException">Something is wrong; names every wrong field at once.</exception>
    public static DataFetchOrder Of(JsonElement json)
    {
        List<KeyValuePair<string, string>> failures = [];
        PayloadFields fields = new(json, "payload", "", failures);
        if (!fields.IsUsable)
            throw new PayloadException(failures);
        bool open = !fields.Has("end_date");
        DataFetchKind kind = ReadKind(fields);
        KlineRequest? klines = kind < DataFetchKind.Funding ? PayloadMarket.Read(fields, Never) : null;
        FundingRequest? funding = kind == DataFetchKind.Funding ? ReadFunding(fields) : null;
        (KlineCategory Category, string Symbol)? instrument = kind == DataFetchKind.Instrument ? ReadInstrument(fields) : null;
        if (kind is DataFetchKind.MarkPrice or DataFetchKind.IndexPrice && klines?.Category == KlineCategory.Spot)
            fields.Fail("category", "is spot, which has traded prices only. Give linear or inverse, or leave data out.");
        bool refresh = fields.Flag("force_refresh") ?? false;
        fields.RefuseUnknown();
        if (failures.Count > 0)
            throw new PayloadException(failures);
        BybitPrice price = kind switch
        {
            DataFetchKind.MarkPrice => BybitPrice.Mark,
            DataFetchKind.IndexPrice => BybitPrice.Index,
            _ => BybitPrice.Traded,
        };
        return new DataFetchOrder
        {
            Kind = kind,
            Symbol = klines?.Symbol ?? funding?.Series.Symbol ?? instrument!.Value.Symbol,
            Category = klines?.Category ?? funding?.Series.Category ?? instrument!.Value.Category,
            Klines = klines is null ? null : klines with { Price = price },
            Funding = funding,
            Refresh = refresh,
            IsOpen = open,
        };
    }

    private static DataFetchKind ReadKind(PayloadFields fields)
    {
        if (fields.Find("data") is not { } value)
            return DataFetchKind.Klines;
        DataFetchKind[] kinds = Enum.GetValues<DataFetchKind>();
        foreach (DataFetchKind kind in kinds)
        {
            if (value.ValueKind == JsonValueKind.String && SnakeCase.Of(kind.ToString()) == value.GetString())
                return kind;
        }

        fields.Fail("data", $"is {PayloadFields.Show(value)}. Give one of {string.Join(", ", kinds.Select(k => SnakeCase.Of(k.ToString())))}.");
        return DataFetchKind.Klines;
    }

    private static (KlineCategory Category, string Symbol)? ReadInstrument(PayloadFields fields)
    {
        string? symbol = PayloadMarket.ReadSymbol(fields);
        KlineCategory? category = PayloadMarket.ReadCategory(fields);
        foreach (string name in new[] { "interval", "start_date", "end_date" })
        {
            if (fields.Find(name) is { } value)
                fields.Fail(name, $"is {PayloadFields.Show(value)}, and an instrument has none. Remove it.");
        }

        return symbol is null || category is null ? null : (category.Value, symbol);
    }

    private static FundingRequest? ReadFunding(PayloadFields fields)
    {
        string? symbol = PayloadMarket.ReadSymbol(fields);
        if (fields.Find("interval") is { } interval)
            fields.Fail("interval", $"is {PayloadFields.Show(interval)}, and funding has none. Remove it.");
        KlineCategory? category = PayloadMarket.ReadCategory(fields);
        if (category == KlineCategory.Spot)
            fields.Fail("category", "is spot, which pays no funding. Give linear or inverse.");
        (DateTimeOffset From, DateTimeOffset To)? range = PayloadMarket.ReadRange(fields, Never);
        return symbol is null || category is null or KlineCategory.Spot || range is not { } dates
            ? null
            : new FundingRequest(new FundingSeries(category.Value, symbol), dates.From, dates.To);
    }
}
