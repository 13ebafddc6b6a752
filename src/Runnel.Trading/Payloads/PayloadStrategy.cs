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
        string? name = config.Text("name", $"Give one of {string.Join(", ", Strategies.All.Select(s => s.Name))}.");
        Dictionary<string, double>? parameters = ReadParameters(config, failures);
        config.RefuseUnknown();
        if (name is null)
            return default;

        Strategy? strategy = Create(name, parameters ?? [], report: parameters is not null, failures);
        return strategy is null || parameters is null ? default : (strategy, new StrategyConfig(strategy.Info.Name, strategy.Parameters));
    }

    private static Dictionary<string, double>? ReadParameters(PayloadFields config, List<KeyValuePair<string, string>> failures)
    {
        if (config.Find("params") is not { } json)
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

    // The engine stops at the first wrong parameter; without it, the next is found.
    private static Strategy? Create(string name, Dictionary<string, double> given, bool report, List<KeyValuePair<string, string>> failures)
    {
        Dictionary<string, double> left = new(given);
        Strategy? first = null;
        bool failed = false;
        while (true)
        {
            try
            {
                Strategy strategy = Strategies.Create(name, left);
                return failed ? first : strategy;
            }
            catch (BacktestInputException e)
            {
                bool isName = e.Field == "strategy";
                if (failed && (e.Value is null || left.Count == 0))
                    return null; // missing only since we took it out
                if (report || isName)
                {
                    string field = isName ? "strategy_config.name" : $"strategy_config.{e.Field}";
                    failures.Add(new(field, $"{field} is {e.Value ?? "missing"}. {e.Remedy}"));
                }

                failed = true;
                string parameter = e.Field.StartsWith("params.", StringComparison.Ordinal) ? e.Field["params.".Length..] : "";
                string? key = left.Keys.FirstOrDefault(k => k == parameter) ?? left.Keys.FirstOrDefault(k => k.Contains(parameter, StringComparison.OrdinalIgnoreCase));
                if (isName || e.Value is null || key is null || !report)
                    return null;
                left.Remove(key);
            }
        }
    }
}
