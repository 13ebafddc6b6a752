using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>Reads what ranks the trials.</summary>
internal static class MetricFields
{
    public static TrialMetric? Read(PayloadFields fields)
    {
        string name = "sharpe_ratio";
        if (fields.Find("metric") is { } given)
        {
            name = given.ValueKind == JsonValueKind.String ? given.GetString()! : "";
            if (name.Length == 0)
                fields.Fail("metric", $"is {PayloadFields.Show(given)}. Give the name of a statistic or an expression of some, for instance sharpe_ratio.");
        }

        int minTrades = fields.Whole("min_trades", 0, 0, int.MaxValue);
        bool? maximize = null;
        if (fields.Find("objective") is { } objective)
        {
            maximize = objective.ValueKind == JsonValueKind.String ? objective.GetString() switch { "maximize" => true, "minimize" => false, _ => null } : null;
            if (maximize is null)
                fields.Fail("objective", $"is {PayloadFields.Show(objective)}. Give maximize or minimize.");
        }

        if (name.Length == 0)
            return null;
        try
        {
            return TrialMetric.Of(name, maximize, minTrades);
        }
        catch (BacktestInputException e)
        {
            fields.Fail("metric", $"is {e.Value}. {e.Remedy}");
            return null;
        }
    }
}
