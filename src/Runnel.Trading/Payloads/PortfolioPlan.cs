using System.Text.Json;
using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>The payload of a portfolio that was found right, in the terms of the engine and of the market data.</summary>
internal sealed record PortfolioPlan
{
    private const int MostSymbols = 200;
    private const string SymbolsRemedy = "Give 1 to 200 symbols, for instance [\"BTCUSDT\", {\"symbol\": \"ETHUSDT\", \"share\": 0.25}].";

    public required Strategy Strategy { get; init; }

    public required StrategyConfig Config { get; init; }

    public required BacktestSettings Settings { get; init; }

    public required IReadOnlyList<PortfolioSymbol> Symbols { get; init; }

    /// <summary>A shorter interval by whose bars each bar is worked off; null for none.</summary>
    public required KlineInterval? Finer { get; init; }

    /// <summary>Whether trades pay and receive funding.</summary>
    public required bool Funding { get; init; }

    /// <summary>Whether each symbol has the exchange's tick, lot and minima.</summary>
    public required bool Instrument { get; init; }

    /// <summary>What it needs of the market.</summary>
    public IReadOnlyList<MarketNeed> Needs =>
    [
        .. Symbols.Select(s => new KlinesNeed(s.Request, OfMany: true)),
        .. Symbols.Select(FinerOf).OfType<KlineRequest>().Select(finer => new KlinesNeed(finer, OfMany: true)),
        .. Funding ? Symbols.Select(s => FundingNeed.Of(s.Request, ofMany: true)) : [],
        .. Instrument ? Symbols.Select(s => new InstrumentNeed(s.Request.Category, s.Request.Symbol, OfMany: true)) : [],
    ];

    /// <summary>Whether the reply holds every trade.</summary>
    public required bool KeepTrades { get; init; }

    /// <summary>The shorter bars of a symbol; null where none are asked for.</summary>
    public KlineRequest? FinerOf(PortfolioSymbol symbol) => Finer is null ? null : symbol.Request with { Interval = Finer };

    /// <summary>Reads and checks every field.</summary>
    /// <exception cref="PayloadException">Something is wrong; names every wrong field at once.</exception>
    public static PortfolioPlan Of(JsonElement json)
    {
        List<KeyValuePair<string, string>> failures = [];
        PayloadFields fields = new(json, "payload", "", failures);
        if (!fields.IsUsable)
            throw new PayloadException(failures);

        (Strategy? strategy, StrategyConfig? config) = PayloadStrategy.Read(fields, failures);
        List<SymbolFields> given = ReadSymbols(fields, failures);
        KlineRequest? request = PayloadMarket.ReadFor(given.Select(g => g.Symbol).FirstOrDefault(s => s is not null) ?? "", fields);
        KlineInterval? finer = PayloadMarket.ReadFiner(fields, request?.Interval);
        (BacktestSettings settings, BacktestPayload account) = PayloadSettings.Read(fields, failures, strategy?.Info.Directions[0] ?? TradeDirection.LongOnly);
        PayloadMarket.RequireExtras(fields, account, request);
        if (account.Instrument && given.FirstOrDefault(g => g.Lot is not null) is { } own)
            fields.Fail("instrument", $"is true, and {own.Symbol} has a lot of its own, which it would set. Leave either out.");
        bool keepTrades = fields.Flag("trades") ?? false;
        fields.RefuseUnknown();
        if (failures.Count > 0 || strategy is null || config is null || request is null)
            throw new PayloadException(failures);

        return new PortfolioPlan
        {
            Strategy = strategy,
            Config = config,
            Settings = settings,
            Finer = finer,
            Funding = account.Funding,
            Instrument = account.Instrument,
            Symbols = [.. given.Select(g => new PortfolioSymbol(request with { Symbol = g.Symbol! }, g.Share, g.Lot))],
            KeepTrades = keepTrades,
        };
    }

    private static List<SymbolFields> ReadSymbols(PayloadFields fields, List<KeyValuePair<string, string>> failures)
    {
        List<SymbolFields> symbols = [];
        if (fields.Find("symbols") is not { } json)
        {
            fields.Fail("symbols", $"is missing. {SymbolsRemedy}");
            return symbols;
        }

        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() is 0 or > MostSymbols)
        {
            fields.Fail("symbols", $"is {PayloadFields.Show(json)}. {SymbolsRemedy}");
            return symbols;
        }

        HashSet<string> seen = [];
        foreach (JsonElement element in json.EnumerateArray())
        {
            string name = $"symbols[{symbols.Count}]";
            JsonElement member = element.ValueKind == JsonValueKind.Object ? element : JsonSerializer.SerializeToElement(new { symbol = element });
            PayloadFields own = new(member, name, name + ".", failures);
            string? symbol = PayloadMarket.ReadSymbol(own);
            if (symbol is not null && !seen.Add(symbol))
                own.Fail("symbol", $"is '{symbol}' for the second time. Give each symbol once.");
            symbols.Add(new SymbolFields(symbol, Positive(own, "share", 1), Positive(own, "lot", double.MaxValue)));
            own.RefuseUnknown();
        }

        return symbols;
    }

    private static double? Positive(PayloadFields fields, string name, double most)
    {
        string remedy = most == 1 ? "Give a fraction of the equity, greater than 0 and at most 1." : "Give a number of units greater than 0.";
        double? value = fields.Number(name, remedy);
        if (value is null || (value > 0 && value <= most))
            return value;
        fields.Fail(name, FormattableString.Invariant($"is {value}. {remedy}"));
        return null;
    }

    private sealed record SymbolFields(string? Symbol, double? Share, double? Lot);
}

/// <summary>One symbol of a plan.</summary>
/// <param name="Request">Its klines.</param>
/// <param name="Share">As <see cref="PortfolioMember.Share"/>.</param>
/// <param name="Lot">As <see cref="PortfolioMember.Lot"/>.</param>
internal sealed record PortfolioSymbol(KlineRequest Request, double? Share, double? Lot);
