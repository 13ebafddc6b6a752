using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Oracles.Checks;

/// <summary>Single trades with isolated margin: where and when they are liquidated.</summary>
internal static class LiquidationCheck
{
    public static CaseReport Run(JsonElement root, DataFolder data)
    {
        Klines klines = data.Klines(root.GetProperty("dataset").GetString()!);
        Comparison comparison = new();
        int count = 0, liquidated = 0;
        foreach (JsonElement trade in root.GetProperty("cases").EnumerateArray())
        {
            liquidated += Trade($"case {count}: ", trade, klines, comparison) ? 1 : 0;
            count++;
        }

        return comparison.Report($"{count} trades equal, {liquidated} of them liquidated");
    }

    private static bool Trade(string name, JsonElement expected, Klines klines, Comparison comparison)
    {
        int entryBar = expected.GetProperty("entry_bar").GetInt32();
        TradeSide side = expected.GetProperty("side").GetString() == "long" ? TradeSide.Long : TradeSide.Short;
        double leverage = expected.GetProperty("leverage").GetDouble(), maintenance = expected.GetProperty("maintenance_margin_rate").GetDouble();
        BacktestSettings settings = new()
        {
            Cash = klines.Open[entryBar] * 1000, // so much more than the margin that only the position's own margin counts
            Leverage = leverage,
            MaintenanceMargin = maintenance,
            Size = OrderSize.Units(1),
        };
        BacktestResult result = Backtest.Run(klines, new EntryAt(entryBar - 1, side), settings);
        bool isLiquidated = expected.GetProperty("liquidated_bar").ValueKind != JsonValueKind.Null;
        comparison.Same(name + "liquidated", isLiquidated, result.Trades.Count == 1);
        comparison.Near(name + "entry_time_ms", klines.OpenTimes[entryBar], expected.GetProperty("entry_time_ms").GetInt64());
        comparison.Close(name + "liquidation_price", expected.GetProperty("liquidation_price").GetDouble(),
            Margin.LiquidationPrice(side, klines.Open[entryBar], leverage, maintenance));
        comparison.Close(name + "bankruptcy_price", expected.GetProperty("bankruptcy_price").GetDouble(),
            Margin.BankruptcyPrice(side, klines.Open[entryBar], leverage));
        if (!isLiquidated || result.Trades.Count != 1)
        {
            if (result.OpenTrades is [{ } open])
                comparison.Close(name + "entry_price", expected.GetProperty("entry_price").GetDouble(), open.EntryPrice);
            return isLiquidated;
        }

        Trade trade = result.Trades[0];
        comparison.Same(name + "reason", ExitReason.Liquidation, trade.Reason);
        comparison.Same(name + "entry_bar", entryBar, trade.EntryBar);
        comparison.Close(name + "entry_price", expected.GetProperty("entry_price").GetDouble(), trade.EntryPrice);
        comparison.Same(name + "liquidated_bar", expected.GetProperty("liquidated_bar").GetInt32(), trade.ExitBar);
        comparison.Same(name + "liquidated_time_ms", expected.GetProperty("liquidated_time_ms").GetInt64(), trade.ExitTime);
        comparison.Near(name + "loss_if_units_1", expected.GetProperty("loss_if_units_1").GetDouble(), trade.Pnl);
        return true;
    }

    private sealed class EntryAt(int bar, TradeSide side) : IStrategy
    {
        public int FirstBar => bar;

        public void OnBar(StrategyContext context)
        {
            if (context.Bar == bar)
                context.Enter(side);
        }
    }
}
