using Runnel.Benchmarks.Backtests;

if (args is not ["backtest", ..] || (args.Length > 1 && args is not [_, "--json", _]))
{
    Console.Error.WriteLine("Usage: backtest [--json FILE]   measures the backtest engine beside hand-written loops; build with -c Release.");
    return 2;
}

return BacktestBenchmark.Run(args.Length > 1 ? args[2] : null);
