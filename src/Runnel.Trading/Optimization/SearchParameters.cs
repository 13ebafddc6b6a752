using System.Text.Json;
using System.Text.Json.Nodes;
using Runnel.Backtesting;
using Runnel.Optimization;

namespace Runnel.Trading;

/// <summary>What an optimization varies and what it holds fixed: <c>strategy_config</c>, <c>param_space</c> and <c>constraints</c>.</summary>
/// <param name="Strategy">The strategy.</param>
/// <param name="Fixed">Parameters that do not vary, by their own names.</param>
/// <param name="Space">Those that do.</param>
/// <param name="SpaceJson">The space as JSON, with the parameters' own names.</param>
internal sealed record SearchParameters(StrategyInfo Strategy, IReadOnlyDictionary<string, double> Fixed, ParameterSpace Space, JsonObject SpaceJson)
{
    /// <summary>What the request says of the strategy, every default filled in.</summary>
    public required StrategyConfig Config { get; init; }

    private const string ConfigRemedy = "Give {\"name\": ...}, for instance {\"name\": \"sma_cross\"}, and the parameters to vary in param_space.";
    private const string SpaceRemedy = "Give the values of each parameter to vary, for instance {\"fast\": [5, 10, 20], \"slow\": [50, 100]}.";

    /// <summary>What a strategy is given for a point: without what has no part there.</summary>
    public IReadOnlyDictionary<string, double> At(Point point)
    {
        Dictionary<string, double> values = new(Fixed);
        for (int i = 0; i < Space.Parameters.Count; i++)
        {
            if (!double.IsNaN(point.Numbers[i]))
                values[Space.Parameters[i].Name] = Space.Parameters[i].Value(point.Numbers[i]).Number;
        }

        return values;
    }

    public static SearchParameters? Read(PayloadFields payload, List<KeyValuePair<string, string>> failures)
    {
        JsonElement? constraints = payload.Find("constraints");
        if (payload.Find("strategy_config") is not { } json)
            return payload.Missing<SearchParameters>("strategy_config", ConfigRemedy);
        if (json.ValueKind != JsonValueKind.Object)
        {
            payload.Fail("strategy_config", $"is {PayloadFields.Show(json)}. {ConfigRemedy}");
            return null;
        }

        PayloadFields fields = new(json, "strategy_config", "strategy_config.", failures);
        int before = failures.Count;
        PayloadFields? given = fields.Find("params", "parameters") is { } parameters ? new(parameters, "strategy_config.params", "strategy_config.params.", failures) : null;
        Dictionary<string, double> numbers = given is null ? [] : ReadNumbers(given);
        bool isDeclared = PayloadDeclaration.Describes(json);
        StrategyInfo? found = isDeclared
            ? PayloadDeclaration.Compile(fields, failures.Count == before ? numbers : null, payload.Peek("interval"), failures)
            : ReadNamed(fields, failures);
        JsonElement? spaceJson = payload.Find("param_space");
        if (found is not { } strategy)
            return null;

        Dictionary<string, double> held = given is null ? [] : CheckFixed(given, numbers, strategy);
        if (spaceJson is not { } space)
            return payload.Missing<SearchParameters>("param_space", SpaceRemedy);
        if (ReadSpace(payload, space, strategy, failures) is not { } named)
            return null;
        StrategyConfig config = isDeclared
            ? new StrategyConfig(strategy.Name, new Dictionary<string, double>(held)) { Declaration = PayloadDeclaration.Rest(json) } // params is what declares a name
            : new StrategyConfig(strategy.Name, held);
        foreach (string varied in named.Select(p => p.Key))
            held.Remove(varied); // what varies is not fixed: configurations often come with every parameter
        return Build(strategy, config, held, named, constraints, failures);
    }

    private static SearchParameters? Build(
        StrategyInfo strategy, StrategyConfig config, Dictionary<string, double> held, JsonObject named, JsonElement? constraints, List<KeyValuePair<string, string>> failures)
    {
        try
        {
            ParameterSpace space = SpaceReader.Read(JsonSerializer.SerializeToElement(named), constraints);
            foreach (Parameter parameter in space.Parameters)
                CheckRange(parameter, Strategies.FindParameter(strategy, parameter.Name)!);
            return new SearchParameters(strategy, held, space, named) { Config = config };
        }
        catch (BacktestInputException e)
        {
            failures.Add(new(e.Field, FormattableString.Invariant($"{e.Field} is {e.Value ?? "missing"}. {e.Remedy}")));
            return null;
        }
    }

    /// <exception cref="BacktestInputException">The space holds values that the strategy does not take.</exception>
    private static void CheckRange(Parameter varied, StrategyParameter taken)
    {
        string field = $"param_space.{varied.Name}";
        if (varied is FloatParameter { Count: null } && taken.IsInteger)
            throw new BacktestInputException($"{field}.type", "float", $"Give int: {varied.Name} takes whole numbers only.");
        int count = varied.Count ?? 0;
        IEnumerable<double> looked = varied is ChoiceParameter ? Enumerable.Range(0, count).Select(i => varied.Value(varied.At(i)).Number)
            : [varied.FromUnit(0), varied.FromUnit(Math.BitDecrement(1.0))];
        foreach (double value in looked)
        {
            try
            {
                taken.Check(value);
            }
            catch (BacktestInputException e)
            {
                throw new BacktestInputException(field, value, e.Remedy);
            }
        }
    }

    private static StrategyInfo? ReadNamed(PayloadFields config, List<KeyValuePair<string, string>> failures)
    {
        string? name = config.Text("name", $"Give one of {string.Join(", ", Strategies.All.Select(s => s.Name))}, or {DeclaredStrategy.Name} with rules of your own.", "strategy_type", "type");
        config.RefuseUnknown();
        try
        {
            return name is null ? null : Strategies.Find(name);
        }
        catch (BacktestInputException e)
        {
            failures.Add(new("strategy_config.name", $"strategy_config.name is {e.Value}. {e.Remedy}"));
            return null;
        }
    }

    private static Dictionary<string, double> ReadNumbers(PayloadFields given)
    {
        Dictionary<string, double> numbers = [];
        foreach (string name in given.Names.ToArray())
        {
            if (given.Number(name, given.Find(name) ?? default, "Give a number.") is { } value)
                numbers.Add(name, value);
        }

        return numbers;
    }

    private static Dictionary<string, double> CheckFixed(PayloadFields given, Dictionary<string, double> numbers, StrategyInfo strategy)
    {
        Dictionary<string, double> values = [];
        foreach ((string name, double value) in numbers)
        {
            if (FindParameter(given, strategy, name) is not { } parameter)
                continue;
            try
            {
                parameter.Check(value);
                if (!values.TryAdd(parameter.Name, value))
                    given.Fail(name, $"means {parameter.Name}, which is given too. Remove one.");
            }
            catch (BacktestInputException e)
            {
                given.Fail(name, FormattableString.Invariant($"is {value}. {e.Remedy}"));
            }
        }

        return values;
    }

    /// <summary>The space with the parameters' own names, and a single value as a list of it.</summary>
    private static JsonObject? ReadSpace(PayloadFields payload, JsonElement json, StrategyInfo strategy, List<KeyValuePair<string, string>> failures)
    {
        int before = failures.Count;
        PayloadFields space = new(json, "param_space", "param_space.", failures);
        JsonObject named = [];
        foreach (string name in space.Names.ToArray())
        {
            JsonElement values = space.Find(name) ?? default;
            if (FindParameter(space, strategy, name) is not { } parameter)
                continue;
            JsonNode? node = values.ValueKind == JsonValueKind.Number ? new JsonArray(JsonNode.Parse(values.GetRawText())) : JsonNode.Parse(values.GetRawText());
            if (!named.TryAdd(parameter.Name, node))
                space.Fail(name, $"means {parameter.Name}, which is given too. Remove one.");
        }

        if (failures.Count == before && named.Count == 0)
            payload.Fail("param_space", $"is {PayloadFields.Show(json)}. {SpaceRemedy}");
        return failures.Count == before ? named : null;
    }

    private static StrategyParameter? FindParameter(PayloadFields fields, StrategyInfo strategy, string name)
    {
        StrategyParameter? parameter = Strategies.FindParameter(strategy, name);
        if (parameter is null)
            fields.Fail(name, $"is not a parameter of {strategy.Name}. It takes {(strategy.Parameters.Count == 0 ? "none" : string.Join(", ", strategy.Parameters.Select(p => p.Name)))}.");
        return parameter;
    }
}
