using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Trading;

internal static class PayloadStrategy
{
    private const string Remedy = "Give {\"name\": ..., \"params\": {...}}, for instance {\"name\": \"ema_cross\", \"params\": {\"fast\": 12, \"slow\": 26}}.";

    public static (Strategy? Strategy, StrategyConfig? Config) Read(PayloadFields payload, List<KeyValuePair<string, string>> failures)
    {
        if (payload.Find("strategy_config") is not { } json)
            return payload.Missing<(Strategy?, StrategyConfig?)>("strategy_config", Remedy);
        if (json.ValueKind != JsonValueKind.Object)
        {
            payload.Fail("strategy_config", $"is {PayloadFields.Show(json)}. {Remedy}");
            return default;
        }

        PayloadFields config = new(json, "strategy_config", "strategy_config.", failures);
        if (PayloadDeclaration.Describes(json))
            return PayloadDeclaration.Read(json, config, ReadParameters(config, failures), payload.Peek("interval"), failures);
        string? name = config.Text("name", $"Give one of {string.Join(", ", Strategies.All.Select(s => s.Name))}, or {DeclaredStrategy.Name} with rules of your own.", "strategy_type", "type");
        Dictionary<string, double>? parameters = ReadParameters(config, failures);
        config.RefuseUnknown();
        if (name is null)
            return default;

        Strategy? strategy = Create(name, parameters ?? [], report: parameters is not null, failures);
        return strategy is null || parameters is null ? default : (strategy, new StrategyConfig(strategy.Info.Name, strategy.Parameters));
    }

    private static Dictionary<string, double>? ReadParameters(PayloadFields config, List<KeyValuePair<string, string>> failures)
    {
        if (config.Find("params", "parameters") is not { } json)
            return [];
        int before = failures.Count;
        PayloadFields given = new(json, "strategy_config.params", "strategy_config.params.", failures);
        Dictionary<string, double> parameters = [];
        foreach (string name in given.Names.ToArray())
        {
            if (given.Number(name, given.Find(name) ?? default, "Give a number.") is { } value)
                parameters.Add(name, value);
        }

        return failures.Count == before ? parameters : null;
    }

    // The engine stops at the first wrong parameter. With a stand-in in its place the next is found; but what then does not go together
    // may be the stand-in's fault, so of later errors only those count that a value has on its own.
    private static Strategy? Create(string name, Dictionary<string, double> given, bool report, List<KeyValuePair<string, string>> failures)
    {
        Dictionary<string, double> left = new(given);
        for (bool first = true; ; first = false)
        {
            try
            {
                Strategy strategy = Strategies.Create(name, left);
                return first ? strategy : null;
            }
            catch (BacktestInputException e)
            {
                bool isName = e.Field == "strategy";
                StrategyParameter? parameter = isName ? null : Strategies.Find(name).Parameters.FirstOrDefault(p => $"params.{p.Name}" == e.Field);
                if (!first && parameter is not null && !IsOutside(parameter, e.Value))
                    return null;
                string field = isName ? "strategy_config.name" : $"strategy_config.{e.Field}";
                if (report || isName)
                    failures.Add(new(field, FormattableString.Invariant($"{field} is {e.Value ?? "missing"}. {e.Remedy}")));
                string? key = left.Keys.FirstOrDefault(k => $"params.{k}" == e.Field) ?? left.Keys.FirstOrDefault(k => left[k].Equals(e.Value));
                if (isName || key is null || !report)
                    return null;
                if (parameter is null || IsOutside(parameter, parameter.Default))
                    left.Remove(key);
                else
                    left[key] = parameter.Default;
            }
        }
    }

    private static bool IsOutside(StrategyParameter parameter, object? value) =>
        value is double number && !(number >= parameter.Minimum && number <= parameter.Maximum && (!parameter.IsInteger || number == Math.Floor(number)));
}
