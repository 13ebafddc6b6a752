using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>Reads what of the broker goes beyond costs and size: rounding, slippage in detail, levels, fills inside a bar.</summary>
internal static class PayloadBroker
{
    private const string LevelRemedy = "Give {\"kind\", \"value\"}, for instance {\"kind\": \"percent\", \"value\": 0.02}.";

    public static BacktestSettings Read(PayloadFields fields, List<KeyValuePair<string, string>> failures, BacktestSettings settings)
    {
        settings = PayloadSettings.Read(fields, settings, "maker_commission", null, (s, v) => s with { MakerCommission = v });
        settings = PayloadSettings.Read(fields, settings, "tick", null, (s, v) => s with { Tick = v });
        settings = PayloadSettings.Read(fields, settings, "min_notional", null, (s, v) => s with { MinNotional = v });
        settings = PayloadSettings.Read(fields, settings, "min_size", null, (s, v) => s with { MinSize = v });
        settings = PayloadSettings.Read(fields, settings, "slippage_amount", null, (s, v) => s with { SlippageAmount = v });
        settings = PayloadSettings.Read(fields, settings, "bid_ask_spread", null, (s, v) => s with { BidAskSpread = v });
        settings = PayloadSettings.Read(fields, settings, "volume_impact", null, (s, v) => s with { VolumeImpact = v });
        settings = PayloadSettings.Read(fields, settings, "volume_limit", null, (s, v) => s with { VolumeLimit = v });
        settings = ReadLevel(fields, failures, settings, "stop_loss", (s, rule) => s with { StopLoss = rule });
        settings = ReadLevel(fields, failures, settings, "take_profit", (s, rule) => s with { TakeProfit = rule });
        settings = ReadLevel(fields, failures, settings, "trailing_stop", (s, rule) => s with { TrailingStop = rule });
        bool waits = fields.Flag("require_volume") ?? false;
        settings = PayloadSettings.Accept(fields, "require_volume", settings, settings with { RequireVolume = waits });
        return settings with { FillModel = ReadFillModel(fields) };
    }

    public static BacktestPayload Describe(BacktestPayload payload, BacktestSettings settings) => payload with
    {
        MakerCommission = settings.MakerCommission,
        Tick = settings.Tick,
        MinNotional = settings.MinNotional,
        MinSize = settings.MinSize,
        SlippageAmount = settings.SlippageAmount,
        BidAskSpread = settings.BidAskSpread,
        VolumeImpact = settings.VolumeImpact,
        VolumeLimit = settings.VolumeLimit,
        StopLoss = Describe(settings.StopLoss),
        TakeProfit = Describe(settings.TakeProfit),
        TrailingStop = Describe(settings.TrailingStop),
        RequireVolume = settings.RequireVolume,
        FillModel = settings.FillModel == FillModel.WorstCase ? null : SnakeCase.Of(settings.FillModel.ToString()),
    };

    private static LevelConfig? Describe(LevelRule? rule) =>
        rule is { } given ? new LevelConfig(SnakeCase.Of(given.Kind.ToString()), given.Value, given.Period) : null;

    private static BacktestSettings ReadLevel(PayloadFields payload, List<KeyValuePair<string, string>> failures, BacktestSettings settings, string name,
        Func<BacktestSettings, LevelRule, BacktestSettings> with)
    {
        if (payload.Find(name) is not { } json)
            return settings;
        if (json.ValueKind != JsonValueKind.Object)
        {
            payload.Fail(name, $"is {PayloadFields.Show(json)}. {LevelRemedy}");
            return settings;
        }

        PayloadFields level = new(json, name, name + ".", failures);
        const string kinds = "Give percent, distance, atr or risk.";
        string? text = level.Text("kind", kinds);
        double? value = level.RequiredNumber("value", "Give a number greater than 0.");
        double period = level.Number("period", "Give a whole number of bars.") ?? 14;
        level.RefuseUnknown();
        if (text is null)
            return settings;
        if (!Enum.TryParse(text, ignoreCase: true, out LevelKind kind) || !char.IsAsciiLetter(text[0]))
            level.Fail("kind", $"is '{text}'. {kinds}");
        else if (period != Math.Floor(period) || period is < 1 or > 1_000_000)
            level.Fail("period", FormattableString.Invariant($"is {period}. Give a whole number of bars from 1 to 1000000."));
        else if (value is { } amount)
            return PayloadSettings.Accept(payload, name, settings, with(settings, new LevelRule(kind, amount, (int)period)));
        return settings;
    }

    private static FillModel ReadFillModel(PayloadFields fields)
    {
        if (fields.Find("fill_model") is not { } value)
            return FillModel.WorstCase;
        foreach (FillModel model in Enum.GetValues<FillModel>())
        {
            if (value.ValueKind == JsonValueKind.String && SnakeCase.Of(model.ToString()) == value.GetString())
                return model;
        }

        fields.Fail("fill_model", $"is {PayloadFields.Show(value)}. Give worst_case or bar_path.");
        return FillModel.WorstCase;
    }
}
