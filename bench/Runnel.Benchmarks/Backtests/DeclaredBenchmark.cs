using Runnel.Backtesting;

namespace Runnel.Benchmarks.Backtests;

/// <summary>Declared strategies beside the same rules in C#: by how much they take longer.</summary>
internal static class DeclaredBenchmark
{
    private const double MostRatio = 1.5;

    public static IEnumerable<BenchmarkRow> Rows(Klines klines, BacktestSettings settings)
    {
        Dictionary<string, double> periods = new() { ["fast"] = 20, ["slow"] = 50 };
        Strategy filtered = Declared("cross_above(ema(close, fast), ema(close, slow)) and rsi(close, 14) < 70", "cross_below(ema(close, fast), ema(close, slow))").Create(periods);
        Strategy crossing = Declared("cross_above(sma(close, fast), sma(close, slow))", "cross_below(sma(close, fast), sma(close, slow))").Create(periods);
        Strategy builtIn = Strategies.Create("sma_cross", periods);

        BacktestStatistics ours = Backtest.Run(klines, filtered, settings).Statistics, hand = Backtest.Run(klines, new FilteredCross(), settings).Statistics;
        if (ours != hand)
            Console.Error.WriteLine($"The declared strategy ends at {ours.FinalEquity}, the one in C# at {hand.FinalEquity}: they do not do the same.");
        (double declared, double other) = BacktestBenchmark.Measure(() => Backtest.Run(klines, filtered, settings), () => Backtest.Run(klines, new FilteredCross(), settings));
        yield return new BenchmarkRow("declared EMA crossover with an RSI filter, time by that of the same in C# (IStrategy)", declared / other, "times", MostRatio, null);
        (declared, other) = BacktestBenchmark.Measure(() => Backtest.RunStatistics(klines, crossing, settings), () => Backtest.RunStatistics(klines, builtIn, settings));
        yield return new BenchmarkRow("declared SMA crossover, statistics only, time by that of the built-in one", declared / other, "times", MostRatio, null);
    }

    private static StrategyInfo Declared(string entry, string exit) => DeclaredStrategy.Compile(new StrategyDeclaration
    {
        Parameters = new Dictionary<string, double> { ["fast"] = 10, ["slow"] = 30 },
        EntryLong = entry,
        ExitLong = exit,
    });

    private sealed class FilteredCross : IStrategy
    {
        private readonly Ema fast = new(20);
        private readonly Ema slow = new(50);
        private readonly Rsi rsi = new(14);
        private double fastBefore = double.NaN;
        private double slowBefore = double.NaN;

        public int FirstBar => 0;

        public void OnBar(StrategyContext context)
        {
            double close = context.Close, quick = fast.Next(close), late = slow.Next(close), strength = rsi.Next(close);
            if (context.Bar >= 50)
            {
                if (context.Side > 0 && fastBefore >= slowBefore && quick < late)
                    context.CloseAll();
                else if (context.Side == 0 && fastBefore <= slowBefore && quick > late && strength < 70)
                    context.Enter(TradeSide.Long);
            }

            (fastBefore, slowBefore) = (quick, late);
        }
    }
}
