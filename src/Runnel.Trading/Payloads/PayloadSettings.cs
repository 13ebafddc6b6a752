using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>Reads the account and the broker: everything that becomes <see cref="BacktestSettings"/>.</summary>
internal static class PayloadSettings
{
    /// <param name="fields">The payload.</param>
    /// <param name="failures">Where failures go.</param>
    /// <param name="usualDirection">The direction where none is given.</param>
    /// <param name="usualCapital">The cash where none is given; null where it must be given.</param>
    public static (BacktestSettings Settings, BacktestPayload Payload) Read(
        PayloadFields fields, List<KeyValuePair<string, string>> failures, TradeDirection usualDirection, double? usualCapital = null)
    {
        BacktestPayload given = new()
        {
            BacktestId = "",
            StrategyConfig = new StrategyConfig("", new Dictionary<string, double>()),
            Symbol = "",
            Interval = "",
            StartDate = default,
            EndDate = default,
            InitialCapital = 0,
        };
        const string remedy = "Give the cash to start with, a number greater than 0.";
        double? capital = usualCapital is null ? fields.RequiredNumber("initial_capital", remedy) : fields.Number("initial_capital", remedy) ?? usualCapital;
        TradeDirection direction = ReadDirection(fields, usualDirection);
        BacktestSettings ok = new();
        BacktestSettings settings = Accept(fields, "initial_capital", ok, capital is { } cash ? ok with { Cash = cash } : ok);
        settings = settings with { Direction = direction };
        settings = Read(fields, settings, "commission", given.Commission, (s, v) => s with { Commission = v });
        settings = Read(fields, settings, "slippage", given.Slippage, (s, v) => s with { Slippage = v });
        settings = Read(fields, settings, "spread", given.Spread, (s, v) => s with { Spread = v });
        settings = Read(fields, settings, "leverage", given.Leverage, (s, v) => s with { Leverage = v });
        settings = Read(fields, settings, "lot", given.Lot, (s, v) => s with { Lot = v });
        settings = Read(fields, settings, "annualization_days", given.AnnualizationDays, (s, v) => s with { AnnualizationDays = v }, "annualisation_days");
        settings = Read(fields, settings, "maintenance_margin", null, (s, v) => s with { MaintenanceMargin = v });
        settings = ReadSize(fields, failures, settings);
        bool tradeOnClose = fields.Flag("trade_on_close") ?? false;
        settings = PayloadBroker.Read(fields, failures, settings with { TradeOnClose = tradeOnClose });
        bool? exclusive = fields.Flag("exclusive");
        bool funding = fields.Flag("funding") ?? false, instrument = fields.Flag("instrument") ?? false;
        if (instrument && (settings.Tick != 0 || settings.MinNotional != 0 || settings.MinSize != 0 || settings.Lot != given.Lot))
            fields.Fail("instrument", "is true, and tick, lot, min_size or min_notional is given too, which it would set. Leave either out.");
        settings = settings with
        {
            Exclusive = exclusive ?? direction == TradeDirection.LongShort,
        };
        return (settings, PayloadBroker.Describe(given, settings) with
        {
            InitialCapital = settings.Cash,
            Commission = settings.Commission,
            Slippage = settings.Slippage,
            Spread = settings.Spread,
            Leverage = settings.Leverage,
            Direction = SnakeCase.Of(direction.ToString()),
            Size = new SizeConfig(SnakeCase.Of(settings.Size.Kind.ToString()), settings.Size.Value),
            Lot = settings.Lot,
            TradeOnClose = settings.TradeOnClose,
            Exclusive = settings.Exclusive,
            AnnualizationDays = settings.AnnualizationDays,
            MaintenanceMargin = settings.MaintenanceMargin,
            Funding = funding,
            Instrument = instrument,
        });
    }

    internal static BacktestSettings Read(
        PayloadFields fields, BacktestSettings settings, string name, double? standard, Func<BacktestSettings, double, BacktestSettings> with, params ReadOnlySpan<string> aliases)
    {
        double? value = fields.Number(name, "Give a number.", aliases) ?? standard;
        return value is { } number ? Accept(fields, name, settings, with(settings, number)) : settings;
    }

    // The engine knows the ranges and says what to give; asked after each field, it names each wrong one.
    internal static BacktestSettings Accept(PayloadFields fields, string name, BacktestSettings before, BacktestSettings after)
    {
        try
        {
            after.Validate();
            return after;
        }
        catch (BacktestInputException e)
        {
            fields.Fail(name, FormattableString.Invariant($"is {e.Value}. {e.Remedy}"));
            return before;
        }
    }

    private static TradeDirection ReadDirection(PayloadFields fields, TradeDirection usual)
    {
        if (fields.Find("direction", "mode") is not { } value)
            return usual;
        string text = value.ValueKind == JsonValueKind.String ? string.Concat(value.GetString()!.Where(char.IsLetter)).ToLowerInvariant() : "";
        switch (text)
        {
            case "longonly" or "long":
                return TradeDirection.LongOnly;
            case "shortonly" or "short":
                return TradeDirection.ShortOnly;
            case "longshort" or "both" or "longandshort":
                return TradeDirection.LongShort;
            default:
                fields.Fail("direction", $"is {PayloadFields.Show(value)}. Give long_only, short_only or long_short.");
                return TradeDirection.LongOnly;
        }
    }

    private static BacktestSettings ReadSize(PayloadFields payload, List<KeyValuePair<string, string>> failures, BacktestSettings settings)
    {
        if (payload.Find("size") is not { } json)
            return settings with { Size = OrderSize.Fraction(0.95) };
        if (json.ValueKind != JsonValueKind.Object)
        {
            return payload.Number("size", json, "Give a fraction of the available margin (0.95 is 95 %) or {\"kind\", \"value\"}.") is { } fraction
                ? Accept(payload, "size", settings, settings with { Size = OrderSize.Fraction(fraction) })
                : settings;
        }

        PayloadFields size = new(json, "size", "size.", failures);
        const string kinds = "Give fraction, units, cash, risk or kelly.";
        string? text = size.Text("kind", kinds);
        double? value = size.RequiredNumber("value", "Give a number greater than 0.");
        size.RefuseUnknown();
        if (text is null)
            return settings;
        if (!Enum.TryParse(text, ignoreCase: true, out SizeKind kind) || !char.IsAsciiLetter(text[0]))
            size.Fail("kind", $"is '{text}'. {kinds}");
        else if (value is { } amount)
            return Accept(size, "value", settings, settings with { Size = new OrderSize(kind, amount) });
        return settings;
    }
}
