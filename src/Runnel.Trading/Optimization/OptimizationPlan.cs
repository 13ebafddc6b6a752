using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Runnel.Backtesting;
using Runnel.MarketData;
using Runnel.Optimization;

namespace Runnel.Trading;

/// <summary>The payload of an optimization that was found right, in the terms of the engine and of the market data.</summary>
internal sealed record OptimizationPlan
{
    public const double UsualCapital = 10_000;

    public required string Id { get; init; }

    public required OptimizationKind Kind { get; init; }

    public required SearchParameters Search { get; init; }

    public required SearchMethod Method { get; init; }

    /// <summary>Gives a trial's point by its number; null for a method that learns from results.</summary>
    public required IndexedSampler? Sampler { get; init; }

    /// <summary>Whether what is tried next depends on results.</summary>
    public bool IsAdaptive => Sampler is null;

    /// <summary>Trials of each segment.</summary>
    public long Trials => Math.Min(AllTrials, Stop.MaxTrials ?? int.MaxValue);

    /// <summary>Trials that each segment would have if nothing ended it early.</summary>
    public long AllTrials => Math.Min(Sampler?.Count ?? int.MaxValue, Method.Trials);

    /// <summary>What ends it early.</summary>
    public required StopRules Stop { get; init; }

    public StrategyInfo Strategy => Search.Strategy;

    /// <summary>What ranks the trials.</summary>
    public TrialMetric Metric => Metrics[0];

    /// <summary>All metrics, the main one first.</summary>
    public required IReadOnlyList<TrialMetric> Metrics { get; init; }

    public required KlineRequest Request { get; init; }

    /// <summary>The shorter bars by which each bar is worked off; null for none.</summary>
    public KlineRequest? FinerRequest { get; init; }

    /// <summary>Whether trades pay and receive funding.</summary>
    public bool Funding { get; init; }

    /// <summary>Whether orders are rounded as the exchange's instrument says.</summary>
    public bool Instrument { get; init; }

    /// <summary>What it needs of the market.</summary>
    public IReadOnlyList<MarketNeed> Needs =>
    [
        new KlinesNeed(Request),
        .. FinerRequest is { } finer ? [new KlinesNeed(finer)] : Array.Empty<MarketNeed>(),
        .. Funding ? [FundingNeed.Of(Request)] : Array.Empty<MarketNeed>(),
        .. Instrument ? [new InstrumentNeed(Request.Category, Request.Symbol)] : Array.Empty<MarketNeed>(),
    ];

    public required BacktestSettings Settings { get; init; }

    /// <summary>How many of the best trials the reply tells.</summary>
    public required int Top { get; init; }

    /// <summary>Null unless it is a walk-forward optimization.</summary>
    public WalkForwardSizes? Windows { get; init; }

    /// <summary>Null unless it is a k-fold optimization.</summary>
    public FoldSizes? Folds { get; init; }

    /// <summary>The payload with every default filled in: two payloads that ask for the same have the same text here.</summary>
    public required string RequestJson { get; init; }

    /// <summary>What the strategy is given in a trial. Safe from several threads.</summary>
    /// <param name="trial">Its number.</param>
    /// <param name="point">Its point, where the number does not give it.</param>
    public IReadOnlyDictionary<string, double> ParametersOf(long trial, ReadOnlySpan<double> point = default) =>
        Search.At(Sampler?.At((int)trial) ?? new Point(point));

    /// <summary>Reads and checks every field.</summary>
    /// <exception cref="PayloadException">Something is wrong; names every wrong field at once.</exception>
    public static OptimizationPlan Of(JsonElement json)
    {
        List<KeyValuePair<string, string>> failures = [];
        PayloadFields fields = new(WithObjective(json), "payload", "", failures);
        if (!fields.IsUsable)
            throw new PayloadException(failures);

        string? id = ReadId(fields);
        OptimizationKind? kind = SearchFields.ReadKind(fields);
        SearchParameters? search = SearchParameters.Read(fields, failures);
        KlineRequest? request = PayloadMarket.Read(fields);
        KlineInterval? finer = PayloadMarket.ReadFiner(fields, request?.Interval);
        IReadOnlyList<TrialMetric>? metrics = MetricFields.Read(fields, kind);
        WalkForwardSizes? windows = WindowFields.ReadWalkForward(fields, kind);
        FoldSizes? folds = WindowFields.ReadFolds(fields, kind);
        SearchMethod? method = SearchFields.ReadMethod(fields, kind, metrics?.Count ?? 1);
        bool fits = SearchFields.TrySampler(search, ref method, failures, out IndexedSampler? sampler);
        StopRules stop = StopRules.Read(fields, method?.Kind);
        int top = fields.Whole("top", 20, 1, 1000);
        (BacktestSettings settings, BacktestPayload account) = PayloadSettings.Read(fields, failures, search?.Strategy.Directions[0] ?? TradeDirection.LongOnly, UsualCapital);
        PayloadMarket.RequireExtras(fields, account, request);
        fields.RefuseUnknown();
        if (search is not null && !search.Strategy.Directions.Contains(settings.Direction))
            fields.Fail("direction", $"is '{SnakeCase.Of(settings.Direction.ToString())}'. Give one of {string.Join(", ", search.Strategy.Directions.Select(d => SnakeCase.Of(d.ToString())))}: {search.Strategy.Name} is not defined for others.");
        if (failures.Count > 0 || id is null || kind is null || search is null || request is null || metrics is null || method is null || !fits)
            throw new PayloadException(failures);

        OptimizationPlan plan = new()
        {
            Id = id,
            Kind = kind.Value,
            Search = search,
            Method = method,
            Sampler = sampler,
            Metrics = metrics,
            Request = request,
            FinerRequest = finer is null ? null : request with { Interval = finer },
            Funding = account.Funding,
            Instrument = account.Instrument,
            Settings = settings,
            Stop = stop,
            Top = top,
            Windows = windows,
            Folds = folds,
            RequestJson = "",
        };
        return plan with { RequestJson = plan.Normalized(search, account).ToJsonString() };
    }

    // "direction" is the direction of trades in a backtest, and that of the metric where it says maximize or minimize.
    private static JsonElement WithObjective(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("direction", out JsonElement direction) || direction.ValueKind != JsonValueKind.String
            || direction.GetString() is not ("maximize" or "minimize") || json.EnumerateObject().Count(p => p.Name is "direction" or "objective") > 1)
        {
            return json;
        }

        using MemoryStream renamed = new();
        using (Utf8JsonWriter writer = new(renamed))
        {
            writer.WriteStartObject();
            foreach (JsonProperty property in json.EnumerateObject())
            {
                writer.WritePropertyName(property.Name == "direction" ? "objective" : property.Name);
                property.Value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return JsonElement.Parse(renamed.ToArray());
    }

    private JsonObject Normalized(SearchParameters search, BacktestPayload account)
    {
        JsonObject json = JsonSerializer.SerializeToNode(account with
        {
            BacktestId = Id,
            StrategyConfig = search.Config,
            Symbol = Request.Symbol,
            Interval = Request.Interval.Name,
            FinerInterval = FinerRequest?.Interval.Name,
            Category = SnakeCase.Of(Request.Category.ToString()),
            StartDate = Request.From,
            EndDate = Request.To,
        })!.AsObject();
        json.Remove("backtest_id");
        json.Insert(0, "optimization_id", Id);
        json.Insert(1, "optimization_type", SnakeCase.Of(Kind.ToString()));
        json["param_space"] = search.SpaceJson.DeepClone();
        json["constraints"] = JsonSerializer.SerializeToNode(search.Space.Constraints);
        if (Metrics.Count == 1)
        {
            (json["metric"], json["objective"]) = (Metric.Name, Metric.Objective);
        }
        else
        {
            json["metrics"] = JsonSerializer.SerializeToNode(Metrics.Select(m => m.Name));
            json["objectives"] = JsonSerializer.SerializeToNode(Metrics.Select(m => m.Objective));
        }

        json["min_trades"] = Metric.MinTrades;
        json["top"] = Top;
        if (Stop.Patience is { } patience)
            (json["patience"], json["min_improvement"]) = (patience, Stop.MinImprovement);
        if (Stop.MaxTrials is { } most)
            json["max_trials"] = most;
        if (Stop.MaxSeconds is { } seconds)
            json["max_seconds"] = seconds;
        if (Kind.HasWindows())
            json["search"] = SnakeCase.Of(Method.Kind.ToString());
        if (Method.Kind != OptimizationKind.Grid)
        {
            json["seed"] = Method.Seed;
            if (Method.Halving is { } halving)
            {
                (json["first_budget"], json["reduction_factor"]) = (halving.FirstBudget, halving.Factor);
                if (Method.Kind == OptimizationKind.Halving)
                    json["n_trials"] = halving.Points;
            }
            else
            {
                json["n_trials"] = Method.Trials;
                if (IsAdaptive)
                    json["batch_size"] = Method.BatchSize;
            }
        }

        if (Windows is { } windows)
        {
            json["train_size"] = windows.Train;
            json["test_size"] = windows.Test;
            json["step_size"] = windows.Step;
            json["size_unit"] = windows.InBars ? "bars" : "days";
            json["anchored"] = windows.Anchored;
        }

        if (Folds is { } folds)
        {
            (json["folds"], json["purge"], json["size_unit"]) = (folds.Folds, folds.Purge, SnakeCase.Of($"{folds.Unit}"));
            if (folds.Embargo is { } embargo)
                json["embargo"] = embargo;
        }

        return json;
    }

    private static string? ReadId(PayloadFields fields)
    {
        const string remedy = "Give an id of 1 to 200 characters that no other optimization has.";
        string? id = fields.Text("optimization_id", remedy);
        if (id is null || (id.Length <= 200 && !id.Any(char.IsControl)))
            return id;
        fields.Fail("optimization_id", string.Create(CultureInfo.InvariantCulture, $"has {id.Length} characters{(id.Any(char.IsControl) ? ", some of them control characters" : "")}. {remedy}"));
        return null;
    }
}
