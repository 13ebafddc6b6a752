using System.Globalization;
using System.Text.Json;
using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>A payload that was found right, in the terms of the engine and of the market data.</summary>
internal sealed record BacktestPlan
{
    public required BacktestPayload Payload { get; init; }

    public required KlineRequest Request { get; init; }

    /// <summary>The shorter bars by which each bar is worked off; null for none.</summary>
    public KlineRequest? FinerRequest { get; init; }

    public required Strategy Strategy { get; init; }

    public required BacktestSettings Settings { get; init; }

    /// <summary>What it needs of the market.</summary>
    public IReadOnlyList<MarketNeed> Needs =>
    [
        new KlinesNeed(Request),
        .. FinerRequest is { } finer ? [new KlinesNeed(finer)] : Array.Empty<MarketNeed>(),
        .. Payload.Funding ? [FundingNeed.Of(Request)] : Array.Empty<MarketNeed>(),
        .. Payload.Instrument ? [new InstrumentNeed(Request.Category, Request.Symbol)] : Array.Empty<MarketNeed>(),
    ];

    /// <summary>Reads and checks every field.</summary>
    /// <exception cref="PayloadException">Something is wrong; names every wrong field at once.</exception>
    public static BacktestPlan Of(JsonElement json)
    {
        List<KeyValuePair<string, string>> failures = [];
        PayloadFields fields = new(json, "payload", "", failures);
        if (!fields.IsUsable)
            throw new PayloadException(failures);

        string? id = ReadId(fields);
        (Strategy? strategy, StrategyConfig? config) = PayloadStrategy.Read(fields, failures);
        KlineRequest? request = PayloadMarket.Read(fields);
        KlineInterval? finer = PayloadMarket.ReadFiner(fields, request?.Interval);
        (BacktestSettings settings, BacktestPayload account) = PayloadSettings.Read(fields, failures, strategy?.Info.Directions[0] ?? TradeDirection.LongOnly);
        PayloadMarket.RequireExtras(fields, account, request);
        fields.RefuseUnknown();
        if (strategy is not null && !strategy.Info.Directions.Contains(settings.Direction))
            fields.Fail("direction", $"is '{SnakeCase.Of(settings.Direction.ToString())}'. Give one of {string.Join(", ", strategy.Info.Directions.Select(d => SnakeCase.Of(d.ToString())))}: {strategy.Info.Name} is not defined for others.");
        if (failures.Count > 0 || id is null || config is null || strategy is null || request is null)
            throw new PayloadException(failures);

        return new BacktestPlan
        {
            Request = request,
            FinerRequest = finer is null ? null : request with { Interval = finer },
            Strategy = strategy,
            Settings = settings,
            Payload = account with
            {
                BacktestId = id,
                StrategyConfig = config,
                Symbol = request.Symbol,
                Interval = request.Interval.Name,
                FinerInterval = finer?.Name,
                Category = SnakeCase.Of(request.Category.ToString()),
                StartDate = request.From,
                EndDate = request.To,
            },
        };
    }

    private static string? ReadId(PayloadFields fields)
    {
        const string remedy = "Give an id of 1 to 200 characters that no other backtest has.";
        string? id = fields.Text("backtest_id", remedy);
        if (id is null || (id.Length <= 200 && !id.Any(char.IsControl)))
            return id;
        fields.Fail("backtest_id", string.Create(CultureInfo.InvariantCulture, $"has {id.Length} characters{(id.Any(char.IsControl) ? ", some of them control characters" : "")}. {remedy}"));
        return null;
    }
}
