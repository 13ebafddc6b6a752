using System.Text.Json;
using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Reads a strategy that is declared in the payload (docs/backtesting/declared-strategies.md).</summary>
internal static class PayloadDeclaration
{
    private static readonly string[] Names = [DeclaredStrategy.Name, "expression"];

    /// <summary>Whether a strategy_config declares rules instead of naming a strategy.</summary>
    public static bool Describes(JsonElement config)
    {
        foreach (JsonProperty property in config.EnumerateObject())
        {
            bool isName = property.Name is "name" or "strategy_type" or "type";
            if (property.Name is "entry" or "let" || (isName && property.Value.ValueKind == JsonValueKind.String && Names.Contains(property.Value.GetString(), StringComparer.OrdinalIgnoreCase)))
                return true;
        }

        return false;
    }

    /// <summary>Reads it, with its parameters as they are given.</summary>
    /// <param name="json">The strategy_config.</param>
    /// <param name="config">Its fields; params is read already.</param>
    /// <param name="parameters">What params holds; null where it is wrong.</param>
    /// <param name="interval">Of the payload.</param>
    /// <param name="failures">Where failures go.</param>
    public static (Strategy? Strategy, StrategyConfig? Config) Read(JsonElement json, PayloadFields config, Dictionary<string, double>? parameters,
        string? interval, List<KeyValuePair<string, string>> failures)
    {
        if (Compile(config, parameters, interval, failures) is not { } info)
            return default;
        try
        {
            Strategy strategy = info.Create();
            return (strategy, new StrategyConfig(DeclaredStrategy.Name, strategy.Parameters) { Declaration = Rest(json) });
        }
        catch (BacktestInputException e)
        {
            new DeclarationFields(config, failures).Report(e.Field, FormattableString.Invariant($" is {e.Value ?? "missing"}. {e.Remedy}"));
            return default;
        }
    }

    /// <summary>Reads it for a search, which gives the parameters values of its own.</summary>
    /// <param name="config">Fields of the strategy_config; params is read already.</param>
    /// <param name="parameters">What params holds, the defaults; null where it is wrong.</param>
    /// <param name="interval">Of the payload.</param>
    /// <param name="failures">Where failures go.</param>
    /// <returns>The strategy; null where anything is wrong.</returns>
    public static StrategyInfo? Compile(PayloadFields config, Dictionary<string, double>? parameters, string? interval, List<KeyValuePair<string, string>> failures)
    {
        int before = failures.Count;
        if (config.Find("name", "strategy_type", "type") is { } name && (name.ValueKind != JsonValueKind.String || !Names.Contains(name.GetString(), StringComparer.OrdinalIgnoreCase)))
            config.Fail("name", $"is {PayloadFields.Show(name)}, and there are rules beside it. Give {DeclaredStrategy.Name}, or leave it out; for a strategy of that name leave the rules out.");
        DeclarationFields fields = new(config, failures);
        (string? entryLong, string? entryShort) = fields.Sides("entry", isExit: false);
        (string? exitLong, string? exitShort) = fields.Sides("exit", isExit: true);
        StrategyDeclaration declaration = new()
        {
            Parameters = parameters ?? [],
            Ranges = fields.Ranges(),
            Let = fields.Let(),
            Require = fields.Expression("require"),
            EntryLong = entryLong,
            EntryShort = entryShort,
            ExitLong = exitLong,
            ExitShort = exitShort,
            Limit = fields.Level("limit"),
            Stop = fields.Level("stop"),
            GoodForBars = fields.Whole("good_for_bars", "bars", 1_000_000),
            StopLoss = fields.Level("stop_loss"),
            TakeProfit = fields.Level("take_profit"),
            TrailingStop = fields.Level("trailing_stop"),
            Size = fields.Size(),
            MaxOpen = fields.Whole("max_open", "trades", 1000),
            Interval = KlineInterval.TryParse(interval, out KlineInterval? length) ? length.Name : null,
        };
        config.RefuseUnknown();
        if (failures.Count > before || parameters is null)
            return null;

        foreach (DeclarationError error in DeclaredStrategy.Check(declaration))
            fields.Report(error.Field, error.Message[error.Field.Length..]);
        return failures.Count > before ? null : DeclaredStrategy.Compile(declaration);
    }

    /// <summary>The rules as they were sent: a strategy_config without name and params.</summary>
    public static Dictionary<string, JsonElement> Rest(JsonElement json)
    {
        Dictionary<string, JsonElement> rest = [];
        foreach (JsonProperty property in json.EnumerateObject())
        {
            if (property.Name is not ("name" or "strategy_type" or "type" or "params" or "parameters") && property.Value.ValueKind != JsonValueKind.Null)
                rest[property.Name] = property.Value.Clone(); // one that is given twice has been reported
        }

        return rest;
    }
}
