using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>Reads what ranks the trials.</summary>
internal static class MetricFields
{
    private const int MostMetrics = 8;
    private const string MetricsRemedy = "Give 2 to 8 statistics or expressions of some, the first of which ranks the trials: [\"sharpe_ratio\", \"max_drawdown\"].";
    private const string ObjectivesRemedy = "Give maximize or minimize for each of metrics, or leave it out: drawdowns, volatility and costs are minimized, everything else is maximized.";

    /// <summary>One metric, or several for a search that takes them, the main one first; null where something is wrong.</summary>
    public static IReadOnlyList<TrialMetric>? Read(PayloadFields fields, OptimizationKind? kind)
    {
        int minTrades = fields.Whole("min_trades", 0, 0, int.MaxValue);
        if (kind == OptimizationKind.Nsga2)
            return ReadSeveral(fields, minTrades);
        string? name = "sharpe_ratio";
        if (fields.Find("metric") is { } given)
            name = Name(fields, "metric", given, "Give the name of a statistic or an expression of some, for instance sharpe_ratio.");
        bool? maximize = null;
        if (fields.Find("objective") is { } objective && (maximize = Maximizes(objective)) is null)
            fields.Fail("objective", $"is {PayloadFields.Show(objective)}. Give maximize or minimize.");
        return name is not null && Of(fields, "metric", name, maximize, minTrades) is { } metric ? [metric] : null;
    }

    private static List<TrialMetric>? ReadSeveral(PayloadFields fields, int minTrades)
    {
        if (fields.Find("metric") is not null)
            fields.Fail("metric", "does not go with nsga2, which has several. Remove it and give metrics, the main one first.");
        if (fields.Find("objective") is not null)
            fields.Fail("objective", "does not go with nsga2. Remove it and give objectives, one for each of metrics, or none.");
        JsonElement? objectives = fields.Find("objectives", "directions");
        if (fields.Find("metrics") is not { } given)
            return fields.Missing<List<TrialMetric>>("metrics", MetricsRemedy);
        JsonElement[] names = given.ValueKind == JsonValueKind.Array ? [.. given.EnumerateArray()] : [];
        if (names.Length is < 2 or > MostMetrics)
        {
            fields.Fail("metrics", $"is {PayloadFields.Show(given)}. {MetricsRemedy}");
            return null;
        }

        bool?[]? maximize = ReadObjectives(fields, objectives, names.Length);
        List<TrialMetric> metrics = [];
        for (int i = 0; i < names.Length; i++)
        {
            string field = FormattableString.Invariant($"metrics[{i}]");
            if (Name(fields, field, names[i], MetricsRemedy) is not { } name || Of(fields, field, name, maximize?[i], minTrades) is not { } metric)
                continue;
            if (metrics.Exists(m => m.Name == metric.Name))
                fields.Fail(field, $"is {metric.Name}, which is given twice. Remove one.");
            metrics.Add(metric);
        }

        return metrics.Count == names.Length ? metrics : null;
    }

    private static bool?[]? ReadObjectives(PayloadFields fields, JsonElement? given, int count)
    {
        if (given is not { } json)
            return null;
        bool?[] read = json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray().Select(Maximizes)] : [];
        if (read.Length == count && !read.Contains(null))
            return read;
        fields.Fail("objectives", $"is {PayloadFields.Show(json)}. {ObjectivesRemedy}");
        return null;
    }

    private static string? Name(PayloadFields fields, string field, JsonElement given, string remedy)
    {
        if (given.ValueKind == JsonValueKind.String && given.GetString() is { Length: > 0 } name)
            return name;
        fields.Fail(field, $"is {PayloadFields.Show(given)}. {remedy}");
        return null;
    }

    private static bool? Maximizes(JsonElement given) =>
        given.ValueKind == JsonValueKind.String ? given.GetString() switch { "maximize" => true, "minimize" => false, _ => null } : null;

    private static TrialMetric? Of(PayloadFields fields, string field, string name, bool? maximize, int minTrades)
    {
        try
        {
            return TrialMetric.Of(name, maximize, minTrades);
        }
        catch (BacktestInputException e)
        {
            fields.Fail(field, $"is {e.Value}. {e.Remedy}");
            return null;
        }
    }
}
