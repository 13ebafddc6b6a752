using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Oracles.Checks;

/// <summary>The statistics of backtesting.py by the names it gives them: its durations are seconds, rounded up to its resolution.</summary>
internal static class BacktestingPyStatistics
{
    public static void Compare(JsonElement expected, Klines klines, BacktestSettings settings, BacktestResult result, Comparison comparison)
    {
        BacktestStatistics plain = result.Statistics;
        DetailedStatistics detailed = DetailedStatistics.Of(klines, settings, result);
        double resolution = Resolution(klines);
        (TimeSpan Longest, TimeSpan Mean)? fromFirst = DrawdownDurations.FromFirstPeak(klines, result.Equity);
        foreach (JsonProperty figure in expected.EnumerateObject())
        {
            double? ours = figure.Name switch
            {
                "Start" => klines.OpenTimes[0],
                "End" => klines.OpenTimes[^1],
                "Duration" => detailed.Duration.TotalSeconds,
                "Exposure Time [%]" => plain.ExposurePercent,
                "Equity Final [$]" => plain.FinalEquity,
                "Equity Peak [$]" => detailed.EquityPeak,
                "Commissions [$]" => plain.CommissionPaid,
                "Return [%]" => plain.TotalReturnPercent,
                "Buy & Hold Return [%]" => detailed.BuyHoldReturnPercent,
                "Return (Ann.) [%]" => detailed.GeometricAnnualReturnPercent,
                "Volatility (Ann.) [%]" => detailed.CompoundedVolatilityPercent,
                "CAGR [%]" => plain.CagrPercent,
                "Sharpe Ratio" => detailed.GeometricSharpe,
                "Sortino Ratio" => detailed.GeometricSortino,
                "Calmar Ratio" => detailed.GeometricCalmar,
                "Alpha [%]" => detailed.AlphaPercent,
                "Beta" => detailed.Beta,
                "Max. Drawdown [%]" => -plain.MaxDrawdownPercent,
                "Avg. Drawdown [%]" => -detailed.AverageDrawdownPercent,
                "Max. Drawdown Duration" => Between(figure.Value, detailed.MaxDrawdownDuration, fromFirst?.Longest, resolution),
                "Avg. Drawdown Duration" => Between(figure.Value, detailed.AverageDrawdownDuration, fromFirst?.Mean, resolution),
                "# Trades" => plain.Trades,
                "Win Rate [%]" => plain.WinRatePercent,
                "Best Trade [%]" => plain.BestTradePercent,
                "Worst Trade [%]" => plain.WorstTradePercent,
                "Avg. Trade [%]" => detailed.GeometricAverageTradePercent,
                "Max. Trade Duration" => RoundedUp(detailed.MaxTradeDuration, resolution),
                "Avg. Trade Duration" => RoundedUp(detailed.AverageTradeDuration, resolution),
                "Profit Factor" => detailed.ReturnProfitFactor,
                "Expectancy [%]" => plain.AverageTradePercent,
                "SQN" => plain.Sqn,
                "Kelly Criterion" => plain.Kelly,
                _ => throw new CaseException($"the statistic '{figure.Name}' of backtesting.py is not known here"),
            };
            comparison.Near($"stats_backtesting_py.{figure.Name}", figure.Value, ours);
        }
    }

    // The library rounds to days, hours or minutes, whichever is the largest unit in the usual distance of two bars.
    private static double Resolution(Klines klines)
    {
        long[] distances = new long[Math.Min(99, klines.Count - 1)];
        for (int i = 0; i < distances.Length; i++)
            distances[i] = klines.OpenTimes[klines.Count - 1 - i] - klines.OpenTimes[klines.Count - 2 - i];
        Array.Sort(distances);
        return distances.Length == 0 ? 60 : distances[distances.Length / 2] switch
        {
            >= 86_400_000 => 86_400,
            >= 3_600_000 => 3600,
            _ => 60,
        };
    }

    private static double? Between(JsonElement expected, TimeSpan? ours, TimeSpan? fromFirst, double resolution)
    {
        double? least = RoundedUp(ours, resolution), most = RoundedUp(fromFirst, resolution);
        return expected.ValueKind == JsonValueKind.Number && expected.GetDouble() is var given && given >= least && given <= most ? given : least;
    }

    private static double? RoundedUp(TimeSpan? duration, double resolution) =>
        duration is null ? null : Math.Ceiling(Math.Round(duration.Value.TotalSeconds / resolution, 9)) * resolution;
}
