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

    public required TrialMetric Metric { get; init; }

    public required KlineRequest Request { get; init; }

    /// <summary>Whether trades pay and receive funding.</summary>
    public bool Funding { get; init; }

    /// <summary>What it needs of the market.</summary>
    public IReadOnlyList<MarketNeed> Needs => Funding ? [new KlinesNeed(Request), FundingNeed.Of(Request)] : [new KlinesNeed(Request)];

    public required BacktestSettings Settings { get; init; }

    /// <summary>How many of the best trials the reply tells.</summary>
    public required int Top { get; init; }

    /// <summary>Null unless it is a walk-forward optimization.</summary>
    public WalkForwardSizes? Windows { get; init; }

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
        OptimizationKind? kind = ReadKind(fields);
        SearchParameters? search = SearchParameters.Read(fields, failures);
        KlineRequest? request = PayloadMarket.Read(fields);
        TrialMetric? metric = ReadMetric(fields);
        WalkForwardSizes? windows = ReadWindows(fields, kind);
        SearchMethod? method = ReadMethod(fields, kind);
        bool fits = TrySampler(search, method, failures, out IndexedSampler? sampler);
        StopRules stop = StopRules.Read(fields, kind);
        int top = fields.Whole("top", 20, 1, 1000);
        (BacktestSettings settings, BacktestPayload account) = PayloadSettings.Read(fields, failures, search?.Strategy.Directions[0] ?? TradeDirection.LongOnly, UsualCapital);
        PayloadMarket.RequireFunding(fields, account.Funding, request);
        fields.RefuseUnknown();
        if (search is not null && !search.Strategy.Directions.Contains(settings.Direction))
            fields.Fail("direction", $"is '{SnakeCase.Of(settings.Direction.ToString())}'. Give one of {string.Join(", ", search.Strategy.Directions.Select(d => SnakeCase.Of(d.ToString())))}: {search.Strategy.Name} is not defined for others.");
        if (failures.Count > 0 || id is null || kind is null || search is null || request is null || metric is null || method is null || !fits)
            throw new PayloadException(failures);

        OptimizationPlan plan = new()
        {
            Id = id,
            Kind = kind.Value,
            Search = search,
            Method = method,
            Sampler = sampler,
            Metric = metric,
            Request = request,
            Funding = account.Funding,
            Settings = settings,
            Stop = stop,
            Top = top,
            Windows = windows,
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
            Category = SnakeCase.Of(Request.Category.ToString()),
            StartDate = Request.From,
            EndDate = Request.To,
        })!.AsObject();
        json.Remove("backtest_id");
        json.Insert(0, "optimization_id", Id);
        json.Insert(1, "optimization_type", SnakeCase.Of(Kind.ToString()));
        json["param_space"] = search.SpaceJson.DeepClone();
        json["constraints"] = JsonSerializer.SerializeToNode(search.Space.Constraints);
        json["metric"] = Metric.Name;
        json["objective"] = Metric.Maximize ? "maximize" : "minimize";
        json["min_trades"] = Metric.MinTrades;
        json["top"] = Top;
        if (Stop.Patience is { } patience)
            (json["patience"], json["min_improvement"]) = (patience, Stop.MinImprovement);
        if (Stop.MaxTrials is { } most)
            json["max_trials"] = most;
        if (Stop.MaxSeconds is { } seconds)
            json["max_seconds"] = seconds;
        if (Kind == OptimizationKind.WalkForward)
            json["search"] = SnakeCase.Of(Method.Kind.ToString());
        if (Method.Kind != OptimizationKind.Grid)
        {
            json["n_trials"] = Method.Trials;
            json["seed"] = Method.Seed;
            if (IsAdaptive)
                json["batch_size"] = Method.BatchSize;
        }

        if (Windows is { } windows)
        {
            json["train_size"] = windows.Train;
            json["test_size"] = windows.Test;
            json["step_size"] = windows.Step;
            json["size_unit"] = windows.InBars ? "bars" : "days";
            json["anchored"] = windows.Anchored;
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

    private static OptimizationKind? ReadKind(PayloadFields fields) => fields.Find("optimization_type") is { } given
        ? ReadKind(fields, "optimization_type", given, Enum.GetValues<OptimizationKind>())
        : fields.Missing<OptimizationKind?>("optimization_type", $"Give {Words(Enum.GetValues<OptimizationKind>())}.");

    private static OptimizationKind? ReadKind(PayloadFields fields, string name, JsonElement given, OptimizationKind[] kinds)
    {
        string text = given.ValueKind == JsonValueKind.String ? string.Concat(given.GetString()!.Where(char.IsLetterOrDigit)) : "";
        foreach (OptimizationKind kind in kinds)
        {
            if (kind.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
                return kind;
        }

        fields.Fail(name, $"is {PayloadFields.Show(given)}. Give {Words(kinds)}.");
        return null;
    }

    private static string Words(OptimizationKind[] kinds) => string.Join(" or ", kinds.Select(k => SnakeCase.Of(k.ToString())));

    private static SearchMethod? ReadMethod(PayloadFields fields, OptimizationKind? kind)
    {
        OptimizationKind? method = kind;
        if (kind == OptimizationKind.WalkForward)
            method = fields.Find("search") is { } search ? ReadKind(fields, "search", search, SearchMethod.IndexedKinds) : OptimizationKind.Grid;
        if (method is null)
            return null;
        if (method == OptimizationKind.Grid)
            return new SearchMethod(OptimizationKind.Grid, int.MaxValue, 0, 0);
        int trials = fields.Whole("n_trials", 100, 1, 10_000_000);
        int batch = SearchMethod.IndexedKinds.Contains(method.Value) ? 0 : fields.Whole("batch_size", 0, 0, 10_000);
        return new SearchMethod(method.Value, trials, (ulong)fields.Whole("seed", 0, 0, int.MaxValue), batch);
    }

    private static bool TrySampler(SearchParameters? search, SearchMethod? method, List<KeyValuePair<string, string>> failures, out IndexedSampler? sampler)
    {
        sampler = null;
        if (search is null || method is null)
            return false;
        try
        {
            sampler = method.Indexed(search.Space);
            if (sampler is null)
                method.Adaptive(search.Space);
            return true;
        }
        catch (BacktestInputException e)
        {
            failures.Add(new(e.Field, FormattableString.Invariant($"{e.Field} is {e.Value ?? "missing"}. {e.Remedy}")));
            return false;
        }
    }

    private static TrialMetric? ReadMetric(PayloadFields fields)
    {
        string name = "sharpe_ratio";
        if (fields.Find("metric") is { } given)
        {
            name = given.ValueKind == JsonValueKind.String ? given.GetString()! : "";
            if (name.Length == 0)
                fields.Fail("metric", $"is {PayloadFields.Show(given)}. Give the name of a statistic or an expression of some, for instance sharpe_ratio.");
        }

        int minTrades = fields.Whole("min_trades", 0, 0, int.MaxValue);
        bool? maximize = null;
        if (fields.Find("objective") is { } objective)
        {
            maximize = objective.ValueKind == JsonValueKind.String ? objective.GetString() switch { "maximize" => true, "minimize" => false, _ => null } : null;
            if (maximize is null)
                fields.Fail("objective", $"is {PayloadFields.Show(objective)}. Give maximize or minimize.");
        }

        if (name.Length == 0)
            return null;
        try
        {
            return TrialMetric.Of(name, maximize, minTrades);
        }
        catch (BacktestInputException e)
        {
            fields.Fail("metric", $"is {e.Value}. {e.Remedy}");
            return null;
        }
    }

    private static WalkForwardSizes? ReadWindows(PayloadFields fields, OptimizationKind? kind)
    {
        if (kind is not OptimizationKind.WalkForward)
            return null;
        bool inBars = false;
        if (fields.Find("size_unit") is { } unit)
        {
            inBars = unit.ValueKind == JsonValueKind.String && unit.GetString() == "bars";
            if (!inBars && !(unit.ValueKind == JsonValueKind.String && unit.GetString() == "days"))
                fields.Fail("size_unit", $"is {PayloadFields.Show(unit)}. Give days or bars.");
        }

        double Size(string name, double usual)
        {
            string remedy = inBars ? "Give a whole number of bars, at least 1." : "Give a number of days greater than 0, at most 36500.";
            double size = fields.Number(name, remedy) ?? usual;
            if (!(inBars ? size >= 1 && size <= int.MaxValue && size == Math.Floor(size) : size is > 0 and <= 36_500))
                fields.Fail(name, FormattableString.Invariant($"is {size}. {remedy}"));
            return size;
        }

        double train = Size("train_size", 120), test = Size("test_size", 60), step = Size("step_size", 30);
        return new WalkForwardSizes(train, test, step, inBars, fields.Flag("anchored") ?? false);
    }
}
