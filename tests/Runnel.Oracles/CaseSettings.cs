using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Oracles;

/// <summary>Reads the settings, the direction and the strategy of a case.</summary>
internal static class CaseSettings
{
    public static Strategy Strategy(JsonElement root, JsonElement parameters) =>
        Strategies.Create(root.GetProperty("strategy").GetString()!, parameters.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble()));

    public static BacktestSettings Read(JsonElement root)
    {
        JsonElement given = root.GetProperty("settings");
        string kind = "fraction";
        double value = 1;
        BacktestSettings settings = new()
        {
            Direction = Direction(root.GetProperty("mode").GetString()!),
            AnnualizationDays = root.GetProperty("dataset").GetString() is "goog-D.csv.gz" or "eurusd-60.csv.gz" ? 252 : 365,
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
