using Runnel.Benchmarks.Backtests;
using Runnel.Benchmarks.Data;

if (args is not ["backtest" or "data", ..] || (args.Length > 1 && args is not [_, "--json", _]))
{
    Console.Error.WriteLine("Usage: backtest|data [--json FILE]   measures the backtest engine beside hand-written loops, or the store of klines; build with -c Release.");
    return 2;
}

string? json = args.Length > 1 ? args[2] : null;
return args[0] == "data" ? await DataBenchmark.RunAsync(json) : BacktestBenchmark.Run(json);
