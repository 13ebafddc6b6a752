using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Runnel.Cli.CommandLine;

namespace Runnel.Cli.Commands;

/// <summary>What an optimization is made of: a whole payload, single fields of it, or both, the fields on top.</summary>
internal sealed class OptimizeFlags
{
    private const int MostValues = 100_000;
    private readonly TaskFlags task = new();
    private readonly Option<string?> id = Field("--id", "ID", "An id: one that is completed is not run again, one that was interrupted goes on. Default: a new one.");
    private readonly Option<string?> type = Field("--type", "TYPE", "grid, random, sobol, latin_hypercube, bayesian, cma_es, genetic, nsga2, halving, hyperband, walk_forward or k_fold. Default: grid.");
    private readonly Option<string?> search = Field("--search", "METHOD", "For walk_forward and k_fold: how each window is searched, by any other type but nsga2. Default: grid.");
    private readonly Option<string?> strategy = Field("--strategy", "NAME", "The strategy, for instance sma_cross.");
    private readonly Option<string?> symbol = Field("--symbol", "NAME", "Instrument, for instance BTCUSDT.");
    private readonly Option<string?> interval = Field("--interval", "NAME", "Length of a bar: 1m to 1M.");
    private readonly Option<string?> from = Field("--from", "DATE", "First day, ISO 8601 (UTC).");
    private readonly Option<string?> to = Field("--to", "DATE", "The day after the last, ISO 8601 (UTC).");
    private readonly Option<string?> metric = Field("--metric", "NAME", "Statistic that ranks the trials, or an expression: \"sharpe_ratio - 0.01 * max_drawdown\". Default: sharpe_ratio.");
    private readonly Option<string?> metrics = Field("--metrics", "LIST", "For nsga2: several metrics, the main one first: sharpe_ratio,max_drawdown.");
    private readonly Option<int?> trials = Number("--trials", "Trials of a method that samples or learns, in each window of walk_forward and k_fold. Default: 100.", 1);
    private readonly Option<int?> minTrades = Number("--min-trades", "Trials with fewer closed trades rank behind all others. Default: 0.", 0);
    private readonly Option<int?> patience = Number("--patience", "End a search (that of each window) after so many trials in a row that did not improve on the best.", 1);
    private readonly Option<int?> maxTrials = Number("--max-trials", "End a search (that of each window) after so many trials.", 1);

    private readonly Option<double?> maxSeconds = new("--max-seconds")
    {
        Description = "End after so long with what there is by then.",
        HelpName = "SECONDS",
    };

    private readonly Option<KeyValuePair<string, JsonNode>[]?> parameters = new("--param")
    {
        Description = "A parameter and its values: fast=5,10,20 or fast=5:50:5 (first:last:step); one value holds it fixed. May be given several times.",
        HelpName = "NAME=VALUES",
        CustomParser = result => Pairs(result, "--param", Values),
    };

    private readonly Option<KeyValuePair<string, JsonNode>[]?> fields = new("--set")
    {
        Description = "Any other field of the payload, for instance commission=0.0005 or train_size=90. May be given several times.",
        HelpName = "FIELD=VALUE",
        CustomParser = result => Pairs(result, "--set", text => JsonNodeOf(text)),
    };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { task.Payload, id, type, search, strategy, parameters, symbol, interval, from, to, metric, metrics, trials, minTrades, patience, maxTrials, maxSeconds, fields })
            command.Add(option);
    }

    /// <exception cref="RunnelException">The payload is no JSON object.</exception>
    public async Task<JsonObject> ReadAsync(ParseResult parsed)
    {
        JsonObject payload = Parse(await task.ReadPayloadAsync(parsed));
        Set(payload, "optimization_id", parsed.GetValue(id), $"optimize-{Guid.NewGuid():N}"[..17]);
        Set(payload, "optimization_type", parsed.GetValue(type), "grid");
        Set(payload, "search", parsed.GetValue(search));
        Set(payload, "symbol", parsed.GetValue(symbol));
        Set(payload, "interval", parsed.GetValue(interval));
        Set(payload, "start_date", parsed.GetValue(from));
        Set(payload, "end_date", parsed.GetValue(to));
        Set(payload, "metric", parsed.GetValue(metric));
        if (parsed.GetValue(metrics) is { } several)
            payload["metrics"] = JsonSerializer.SerializeToNode(several.Split(',', StringSplitOptions.TrimEntries));
        Set(payload, "n_trials", parsed.GetValue(trials));
        Set(payload, "min_trades", parsed.GetValue(minTrades));
        Set(payload, "patience", parsed.GetValue(patience));
        Set(payload, "max_trials", parsed.GetValue(maxTrials));
        Set(payload, "max_seconds", parsed.GetValue(maxSeconds));
        if (parsed.GetValue(strategy) is { } name)
            payload["strategy_config"] = new JsonObject { ["name"] = name };
        foreach ((string parameter, JsonNode values) in parsed.GetValue(parameters) ?? [])
        {
            if (payload["param_space"] is not JsonObject space)
                payload["param_space"] = space = [];
            space[parameter] = values.DeepClone();
        }

        foreach ((string field, JsonNode value) in parsed.GetValue(fields) ?? [])
            payload[field] = value.DeepClone();
        return payload;
    }

    private static Option<string?> Field(string name, string help, string description) => new(name) { Description = description, HelpName = help };

    private static Option<int?> Number(string name, string description, int least) =>
        new Option<int?>(name) { Description = description, HelpName = "N" }.Within(least, int.MaxValue);

    private static void Set(JsonObject payload, string field, double? value)
    {
        if (value is { } number)
            payload[field] = number;
    }

    private static void Set(JsonObject payload, string field, string? value, string? usual = null)
    {
        if (value is not null)
            payload[field] = value;
        else if (usual is not null && payload[field] is null)
            payload[field] = usual;
    }

    private static JsonObject Parse(byte[]? json)
    {
        try
        {
            return json is null ? [] : JsonNode.Parse(json) as JsonObject ?? throw new RunnelException("--payload is no JSON object; give one, as docs/optimization/payload.md says.");
        }
        catch (JsonException e)
        {
            throw new RunnelException($"--payload is no JSON: {e.Message} Give a JSON object, as docs/optimization/payload.md says.", e);
        }
    }

    private static KeyValuePair<string, JsonNode>[]? Pairs(ArgumentResult result, string option, Func<string, JsonNode?> read)
    {
        List<KeyValuePair<string, JsonNode>> pairs = [];
        foreach (Token token in result.Tokens)
        {
            string[] parts = token.Value.Split('=', 2);
            if (parts.Length == 2 && parts[0].Length > 0 && read(parts[1]) is { } value)
                pairs.Add(new(parts[0], value));
            else
                result.AddError($"{option} is '{token.Value}'; give {(option == "--param" ? "NAME=VALUES, for instance fast=5,10,20 or fast=5:50:5" : "FIELD=VALUE, for instance commission=0.0005")}.");
        }

        return [.. pairs];
    }

    // 5,10,20 or 5:50:5. Steps are counted, not added up, so that 0.1:0.5:0.1 ends at 0.5.
    private static JsonNode? Values(string text)
    {
        if (!text.Contains(':', StringComparison.Ordinal))
        {
            List<double> list = [];
            foreach (string part in text.Split(','))
            {
                if (!double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
                    return null;
                list.Add(value);
            }

            return JsonSerializer.SerializeToNode(list);
        }

        decimal[] range = [.. text.Split(':').Select(part => decimal.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value) ? value : decimal.MinValue)];
        if (range.Length == 2)
            range = [.. range, 1];
        if (range.Length != 3 || range.Contains(decimal.MinValue) || range[2] <= 0 || range[1] < range[0] || (range[1] - range[0]) / range[2] > MostValues)
            return null;
        return JsonSerializer.SerializeToNode(Enumerable.Range(0, (int)((range[1] - range[0]) / range[2]) + 1).Select(i => range[0] + i * range[2]));
    }

    private static JsonNode? JsonNodeOf(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text); // a word
        }
    }
}
