using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>Reads what an optimization varies and what it holds fixed: <c>strategy_config</c> and <c>param_space</c>.</summary>
internal sealed record SearchParameters(StrategyInfo Strategy, IReadOnlyDictionary<string, double> Fixed, IReadOnlyList<ParameterAxis> Axes)
{
    private const string ConfigRemedy = "Give {\"name\": ...}, for instance {\"name\": \"sma_cross\"}, and the parameters to vary in param_space.";
    private const string SpaceRemedy = "Give the values of each parameter to vary, for instance {\"fast\": [5, 10, 20], \"slow\": [50, 100]}.";

    public static SearchParameters? Read(PayloadFields payload, List<KeyValuePair<string, string>> failures)
    {
        if (payload.Find("strategy_config") is not { } json)
            return payload.Missing<SearchParameters>("strategy_config", ConfigRemedy);
        if (json.ValueKind != JsonValueKind.Object)
        {
            payload.Fail("strategy_config", $"is {PayloadFields.Show(json)}. {ConfigRemedy}");
            return null;
        }

        PayloadFields config = new(json, "strategy_config", "strategy_config.", failures);
        string? name = config.Text("name", $"Give one of {string.Join(", ", Strategies.All.Select(s => s.Name))}.");
        JsonElement? given = config.Find("params");
        config.RefuseUnknown();
        if (name is null || FindStrategy(name, failures) is not { } strategy)
            return null;

        IReadOnlyList<ParameterAxis>? axes = ReadSpace(payload, strategy, failures);
        Dictionary<string, double> held = given is { } parameters ? ReadFixed(parameters, strategy, failures) : [];
        foreach (ParameterAxis axis in axes ?? [])
            held.Remove(axis.Name); // what varies is not fixed: configurations often come with every parameter
        return axes is null ? null : new SearchParameters(strategy, held, axes);
    }

    private static StrategyInfo? FindStrategy(string name, List<KeyValuePair<string, string>> failures)
    {
        try
        {
            return Strategies.Find(name);
        }
        catch (BacktestInputException e)
        {
            failures.Add(new("strategy_config.name", $"strategy_config.name is {e.Value}. {e.Remedy}"));
            return null;
        }
    }

    private static Dictionary<string, double> ReadFixed(JsonElement json, StrategyInfo strategy, List<KeyValuePair<string, string>> failures)
    {
        PayloadFields given = new(json, "strategy_config.params", "strategy_config.params.", failures);
        Dictionary<string, double> values = [];
        foreach (string name in given.Names.ToArray())
        {
            if (given.Number(name, given.Find(name) ?? default, "Give a number.") is { } value && Parameter(given, strategy, name) is { } parameter
                && IsInRange(given, name, parameter, value) && !values.TryAdd(parameter.Name, value))
            {
                given.Fail(name, $"means {parameter.Name}, which is given too. Remove one.");
            }
        }

        return values;
    }

    private static List<ParameterAxis>? ReadSpace(PayloadFields payload, StrategyInfo strategy, List<KeyValuePair<string, string>> failures)
    {
        if (payload.Find("param_space") is not { } json)
            return payload.Missing<List<ParameterAxis>>("param_space", SpaceRemedy);
        int before = failures.Count;
        PayloadFields space = new(json, "param_space", "param_space.", failures);
        List<ParameterAxis> axes = [];
        double combinations = 1;
        foreach (string name in space.Names.ToArray())
        {
            JsonElement values = space.Find(name) ?? default;
            if (Parameter(space, strategy, name) is not { } parameter || ReadValues(space, name, values, parameter) is not { } list)
                continue;
            if (axes.Any(axis => axis.Name == parameter.Name))
                space.Fail(name, $"means {parameter.Name}, which is given too. Remove one.");
            axes.Add(new ParameterAxis(parameter.Name, list));
            combinations *= list.Count;
        }

        if (failures.Count == before && axes.Count == 0)
            payload.Fail("param_space", $"is {PayloadFields.Show(json)}. {SpaceRemedy}");
        if (combinations > ParameterGrid.Limit)
            payload.Fail("param_space", FormattableString.Invariant($"has {combinations} combinations. Give at most {ParameterGrid.Limit}: fewer values."));
        return failures.Count == before ? axes : null;
    }

    private static List<double>? ReadValues(PayloadFields space, string name, JsonElement json, StrategyParameter parameter)
    {
        if (json.ValueKind == JsonValueKind.Number)
            return space.Number(name, json, "Give a number.") is { } only && IsInRange(space, name, parameter, only) ? [only] : null;
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() == 0)
        {
            space.Fail(name, $"is {PayloadFields.Show(json)}. Give a list of numbers, for instance [10, 20, 30].");
            return null;
        }

        List<double> values = [];
        foreach (JsonElement element in json.EnumerateArray())
        {
            if (space.Number(name, element, "Give a list of numbers.") is not { } value || !IsInRange(space, name, parameter, value))
                return null;
            if (values.Contains(value))
            {
                space.Fail(name, FormattableString.Invariant($"has {value} twice. Give each value once."));
                return null;
            }

            values.Add(value);
        }

        return values;
    }

    private static StrategyParameter? Parameter(PayloadFields fields, StrategyInfo strategy, string name)
    {
        StrategyParameter? parameter = Strategies.FindParameter(strategy, name);
        if (parameter is null)
            fields.Fail(name, $"is not a parameter of {strategy.Name}. It takes {(strategy.Parameters.Count == 0 ? "none" : string.Join(", ", strategy.Parameters.Select(p => p.Name)))}.");
        return parameter;
    }

    private static bool IsInRange(PayloadFields fields, string name, StrategyParameter parameter, double value)
    {
        try
        {
            parameter.Check(value);
            return true;
        }
        catch (BacktestInputException e)
        {
            fields.Fail(name, FormattableString.Invariant($"is {value}. {e.Remedy}"));
            return false;
        }
    }
}
