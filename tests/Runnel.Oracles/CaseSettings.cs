using System.Text.Json;
using Runnel.Backtesting;
using Runnel.Optimization;

namespace Runnel.Oracles;

/// <summary>Reads the settings, the direction and the strategy of a case.</summary>
internal static class CaseSettings
{
    public static Strategy Strategy(JsonElement root, JsonElement parameters) =>
        Strategies.Create(root.GetProperty("strategy").GetString()!, parameters.EnumerateObject()
            .Where(p => p.Value.ValueKind != JsonValueKind.Null).ToDictionary(p => p.Name, p => p.Value.GetDouble()));

    /// <summary>The klines of a case: the whole data set or the part that it names, as a data set of its own.</summary>
    public static Klines Klines(JsonElement root, DataFolder data)
    {
        Klines klines = data.Klines(root.GetProperty("dataset").GetString()!);
        if (root.TryGetProperty("first_timestamp_ms", out JsonElement time))
            klines = klines.Between(time.GetInt64(), long.MaxValue);
        if (root.TryGetProperty("bar_range", out JsonElement range))
            klines = klines.Slice(range[0].GetInt32(), range[1].GetInt32() - range[0].GetInt32());
        if (root.TryGetProperty("bars_used", out JsonElement count))
            klines = klines.Slice(0, count.GetInt32());
        return klines;
    }

    /// <summary>The combinations of a search.</summary>
    public static IReadOnlyList<Strategy> Space(JsonElement root)
    {
        ParameterAxis[] axes = [.. root.GetProperty("space").EnumerateObject()
            .Select(axis => new ParameterAxis(axis.Name, [.. axis.Value.EnumerateArray().Select(v => v.GetDouble())]))];
        if (root.TryGetProperty("params", out JsonElement others))
            axes = [.. axes, .. others.EnumerateObject().Select(p => new ParameterAxis(p.Name, [p.Value.GetDouble()]))];
        string? constraint = root.TryGetProperty("constraint", out JsonElement given) ? given.GetString() : null;
        return ParameterGrid.Expand(root.GetProperty("strategy").GetString()!, axes, constraint is null or "" or "none" ? null : Constraint(constraint, [.. axes.Select(axis => axis.Name)]));
    }

    public static BacktestSettings Read(JsonElement root)
    {
        JsonElement given = root.GetProperty("settings");
        string kind = "fraction";
        double value = 1;
        BacktestSettings settings = new()
        {
            Direction = Direction(root.GetProperty("mode").GetString()!),
            AnnualizationDays = root.GetProperty("dataset").GetString() is "goog-D.csv.gz" or "eurusd-60.csv.gz" ? 252 : 365,
            FundingBetweenBars = false, // the rule of the funding cases: at bars whose timestamp equals a payment's
            MarginMark = MarginMark.BarClose, // the second engine of the cases is backtesting.py, which values open trades so
        };
        foreach (JsonProperty setting in given.EnumerateObject())
        {
            settings = setting.Name switch
            {
                "cash" => settings with { Cash = setting.Value.GetDouble() },
                "lot" => settings with { Lot = setting.Value.GetDouble() },
                "commission" => settings with { Commission = setting.Value.GetDouble() },
                "spread" => settings with { Spread = setting.Value.GetDouble() },
                "slippage" => settings with { Slippage = setting.Value.GetDouble() },
                "leverage" => settings with { Leverage = setting.Value.GetDouble() },
                "trade_on_close" => settings with { TradeOnClose = setting.Value.GetBoolean() },
                "exclusive" => settings with { Exclusive = setting.Value.GetBoolean() },
                "annualisation_days" => settings with { AnnualizationDays = setting.Value.GetDouble() },
                "maintenance_margin_rate" => settings with { MaintenanceMargin = setting.Value.GetDouble() },
                "size_kind" or "size_value" => settings,
                _ => throw new CaseException($"the setting '{setting.Name}' is not known here"),
            };
            if (setting.Name == "size_kind")
                kind = setting.Value.GetString()!;
            else if (setting.Name == "size_value")
                value = setting.Value.GetDouble();
        }

        return settings with { Size = new OrderSize(Kind(kind), value) };
    }

    private static Func<IReadOnlyDictionary<string, double>, bool> Constraint(string text, string[] names)
    {
        Expression constraint = Expression.Parse("constraint", text, names);
        return values => constraint.Evaluate([.. names.Select(name => ParameterValue.Of(values[name]))]).IsTrue;
    }

    private static TradeDirection Direction(string mode) => mode switch
    {
        "long_only" => TradeDirection.LongOnly,
        "short_only" => TradeDirection.ShortOnly,
        "long_short" => TradeDirection.LongShort,
        _ => throw new CaseException($"the mode '{mode}' is not known here"),
    };

    private static SizeKind Kind(string kind) => kind switch
    {
        "fraction" => SizeKind.Fraction,
        "units" => SizeKind.Units,
        "cash" => SizeKind.Cash,
        "risk" => SizeKind.Risk,
        _ => throw new CaseException($"the size kind '{kind}' is not known here"),
    };
}
