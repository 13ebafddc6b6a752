using System.Globalization;
using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Oracles.Checks;

/// <summary>A whole backtest: every trade, equity, statistics, months.</summary>
internal static class BacktestCheck
{
    public static CaseReport Run(JsonElement root, DataFolder data)
    {
        Klines klines = CaseSettings.Klines(root, data);
        BacktestSettings settings = CaseSettings.Read(root);
        Strategy strategy = CaseSettings.Strategy(root, root.GetProperty("params"));
        Comparison comparison = new();
        comparison.Same("bars", root.GetProperty("bars").GetInt32(), klines.Count);
        BacktestResult result = Backtest.Run(klines, strategy, settings);
        comparison.Same("first_evaluated_bar", root.GetProperty("first_evaluated_bar").GetInt32(), result.FirstEvaluatedBar);
        Trades(root, result, comparison);
        OpenTrades(root.GetProperty("open_trades"), result, comparison);
        Equity(root.GetProperty("equity"), klines, result, comparison);
        foreach (JsonProperty figure in root.GetProperty("stats").EnumerateObject())
            StatisticNames.Compare(figure.Name, figure.Value, result.Statistics, comparison, "stats.");
        Months(root.GetProperty("monthly_returns_pct"), result, comparison);
        if (root.TryGetProperty("stats_backtesting_py", out JsonElement theirs))
            BacktestingPyStatistics.Compare(theirs, klines, settings, result, comparison);
        if (!Equals(Backtest.RunStatistics(klines, strategy, settings), result.Statistics))
            comparison.Fail("the statistics-only run gives other statistics than the full run");
        return comparison.Report($"{result.Trades.Count} trades equal");
    }

    private static void Trades(JsonElement root, BacktestResult result, Comparison comparison)
    {
        JsonElement expected = root.GetProperty("trades");
        string[] columns = [.. root.GetProperty("trade_columns").EnumerateArray().Select(c => c.GetString()!)];
        int common = Math.Min(expected.GetArrayLength(), result.Trades.Count);
        for (int i = 0; i < common && comparison.Problems.Count == 0; i++) // after the first that differs the rest follow
        {
            for (int column = 0; column < columns.Length; column++)
                Cell($"trade {i}: {columns[column]}", columns[column], expected[i][column], result.Trades[i], comparison);
        }

        comparison.Same("number of trades", expected.GetArrayLength(), result.Trades.Count);
    }

    private static void Cell(string name, string column, JsonElement expected, in Trade trade, Comparison comparison)
    {
        switch (column)
        {
            case "entry_bar": comparison.Same(name, expected.GetInt32(), trade.EntryBar); break;
            case "exit_bar": comparison.Same(name, expected.GetInt32(), trade.ExitBar); break;
            case "entry_time_ms": comparison.Same(name, expected.GetInt64(), trade.EntryTime); break;
            case "exit_time_ms": comparison.Same(name, expected.GetInt64(), trade.ExitTime); break;
            case "side": comparison.Same(name, expected.GetString()!, Side(trade.Side)); break;
            case "size": comparison.Close(name, expected.GetDouble(), trade.Size); break;
            case "entry_price": comparison.Close(name, expected.GetDouble(), trade.EntryPrice); break;
            case "exit_price": comparison.Close(name, expected.GetDouble(), trade.ExitPrice); break;
            case "exit_reason": comparison.Same(name, expected.GetString()!, Reason(trade.Reason)); break;
            case "fees": comparison.Near(name, expected.GetDouble(), trade.Fees); break;
            case "pnl_net": comparison.Near(name, expected.GetDouble(), trade.Pnl); break;
            default: comparison.Fail($"the trade column '{column}' is not known here"); break;
        }
    }

    private static void OpenTrades(JsonElement expected, BacktestResult result, Comparison comparison)
    {
        comparison.Same("number of open trades", expected.GetArrayLength(), result.OpenTrades.Count);
        for (int i = 0; i < Math.Min(expected.GetArrayLength(), result.OpenTrades.Count); i++)
        {
            OpenTrade trade = result.OpenTrades[i];
            string name = $"open trade {i}: ";
            comparison.Same(name + "entry_bar", expected[i].GetProperty("entry_bar").GetInt32(), trade.EntryBar);
            comparison.Same(name + "entry_time_ms", expected[i].GetProperty("entry_time_ms").GetInt64(), trade.EntryTime);
            comparison.Same(name + "side", expected[i].GetProperty("side").GetString()!, Side(trade.Side));
            comparison.Close(name + "size", expected[i].GetProperty("size").GetDouble(), trade.Size);
            comparison.Close(name + "entry_price", expected[i].GetProperty("entry_price").GetDouble(), trade.EntryPrice);
            comparison.Near(name + "unrealised_pnl", expected[i].GetProperty("unrealised_pnl").GetDouble(), trade.UnrealizedPnl);
        }
    }

    private static void Equity(JsonElement expected, Klines klines, BacktestResult result, Comparison comparison)
    {
        comparison.Near("equity.sum", expected.GetProperty("sum").GetDouble(), result.Equity.Sum());
        comparison.Near("equity.min", expected.GetProperty("min").GetDouble(), result.Equity.Min());
        comparison.Near("equity.max", expected.GetProperty("max").GetDouble(), result.Equity.Max());
        comparison.Near("equity.final", expected.GetProperty("final").GetDouble(), result.Equity[^1]);
        foreach (JsonElement sample in expected.GetProperty("samples").EnumerateArray())
        {
            int bar = sample[0].GetInt32();
            comparison.Same($"time of bar {bar}", sample[1].GetInt64(), klines.OpenTimes[bar]);
            comparison.Near($"equity of bar {bar}", sample[2].GetDouble(), result.Equity[bar]);
        }
    }

    private static void Months(JsonElement expected, BacktestResult result, Comparison comparison)
    {
        Dictionary<string, double> months = result.MonthlyReturns.ToDictionary(
            m => string.Create(CultureInfo.InvariantCulture, $"{m.Year:0000}-{m.Month:00}"), m => m.Percent);
        comparison.Same("number of months", expected.EnumerateObject().Count(), months.Count);
        foreach (JsonProperty month in expected.EnumerateObject())
        {
            if (months.TryGetValue(month.Name, out double percent))
                comparison.Near($"return of {month.Name}", month.Value.GetDouble(), percent);
            else
                comparison.Fail($"the month {month.Name} is missing");
        }
    }

    private static string Side(TradeSide side) => side == TradeSide.Long ? "long" : "short";

    private static string Reason(ExitReason reason) => reason switch
    {
        ExitReason.Signal => "signal",
        ExitReason.StopLoss => "sl",
        ExitReason.TakeProfit => "tp",
        ExitReason.Liquidation => "liquidation",
        _ => "ruin",
    };
}
