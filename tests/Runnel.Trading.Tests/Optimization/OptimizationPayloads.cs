namespace Runnel.Trading.Tests.Optimization;

/// <summary>The payload that the tests of optimizations have in common: sma_cross on hours of the synthetic market from 2024 on.</summary>
internal static class OptimizationPayloads
{
    public static object Ranges { get; } = new { fast = new { type = "int", low = 2, high = 50 }, slow = new { type = "int", low = 10, high = 200 } };

    public static Dictionary<string, object> Of(string type, object space, string to = "2025-01-01") => new()
    {
        ["optimization_id"] = "o",
        ["optimization_type"] = type,
        ["strategy_config"] = new { name = "sma_cross" },
        ["param_space"] = space,
        ["symbol"] = "BTCUSDT",
        ["interval"] = "1h",
        ["start_date"] = "2024-01-01",
        ["end_date"] = to,
        ["metric"] = "sharpe_ratio",
    };

    /// <summary>Runs it without a queue, with records in a folder.</summary>
    public static Task<OptimizationReply> RunAsync(TemporaryFolder folder, object payload, int threads = 2) =>
        new LocalOptimizer(new TradingOptions { DataFolder = folder.Path, AllowBybit = false, AllowSynthetic = true })
            .RunAsync(System.Text.Json.JsonSerializer.SerializeToElement(payload), threads, cancellationToken: TestContext.Current.CancellationToken);
}
