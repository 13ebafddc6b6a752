using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Oracles.Checks;

/// <summary>A backtest on part of a data set with funding payments, and the same without.</summary>
internal static class FundingCheck
{
    private static readonly HashSet<string> Described =
    [
        "id", "oracle", "dataset", "funding", "first_timestamp_ms", "bars", "strategy", "mode", "params", "settings", "rules", "cross_check",
        "strategy_rules", "engine_rules", "tolerance", "produced_by", "final_equity_without_funding", "payment_columns", "payments",
    ];

    public static CaseReport Run(JsonElement root, DataFolder data)
    {
        Klines klines = CaseSettings.Klines(root, data);
        BacktestSettings plain = CaseSettings.Read(root);
        BacktestSettings settings = plain with { Funding = data.Funding(root.GetProperty("funding").GetString()!) };
        Strategy strategy = CaseSettings.Strategy(root, root.GetProperty("params"));
        Comparison comparison = new();
        comparison.Same("bars", root.GetProperty("bars").GetInt32(), klines.Count);
        BacktestResult result = Backtest.Run(klines, strategy, settings);
        Payments(root, result, comparison);
        foreach (JsonProperty figure in root.EnumerateObject().Where(p => !Described.Contains(p.Name)))
            StatisticNames.Compare(figure.Name, figure.Value, result.Statistics, comparison);
        if (root.TryGetProperty("final_equity_without_funding", out JsonElement without))
            comparison.Near("final_equity_without_funding", without, Backtest.RunStatistics(klines, strategy, plain).FinalEquity);
        return comparison.Report($"{result.Trades.Count} trades, {result.FundingPayments.Count} payments equal");
    }

    private static void Payments(JsonElement root, BacktestResult result, Comparison comparison)
    {
        JsonElement[] expected = [.. root.GetProperty("payments").EnumerateArray()];
        comparison.Same("number of payments", expected.Length, result.FundingPayments.Count);
        for (int i = 0; i < Math.Min(expected.Length, result.FundingPayments.Count); i++)
        {
            FundingPayment payment = result.FundingPayments[i];
            comparison.Same($"payment {i}: bar", expected[i][0].GetInt32(), payment.Bar);
            comparison.Same($"payment {i}: time_ms", expected[i][1].GetInt64(), payment.Time);
            comparison.Near($"payment {i}: rate", expected[i][2].GetDouble(), payment.Rate);
            comparison.Near($"payment {i}: paid", expected[i][3].GetDouble(), payment.Paid);
        }
    }
}
