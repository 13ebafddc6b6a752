using System.Text.Json;

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

    /// <summary>For runs without a queue, with records in a folder.</summary>
    public static TradingOptions Options(TemporaryFolder folder) => new() { DataFolder = folder.Path, AllowBybit = false, AllowSynthetic = true };

    /// <summary>Runs it without a queue, with records in a folder.</summary>
    public static Task<OptimizationReply> RunAsync(TemporaryFolder folder, object payload, int threads = 2) =>
        new LocalOptimizer(Options(folder)).RunAsync(JsonSerializer.SerializeToElement(payload), threads, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>The same, interrupted as soon as it tells that so many trials are done.</summary>
    /// <returns>How many it told of.</returns>
    public static async Task<long> InterruptAsync(TemporaryFolder folder, object payload, long at, int threads = 2)
    {
        using CancellationTokenSource interrupt = new();
        Interrupt progress = new(interrupt, at);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new LocalOptimizer(Options(folder)).RunAsync(JsonSerializer.SerializeToElement(payload), threads, progress, interrupt.Token));
        return progress.Seen;
    }

    /// <summary>The error of a payload that is refused with this field.</summary>
    public static async Task<string> RefusalAsync(Dictionary<string, object> payload, string field, object value)
    {
        payload[field] = value;
        using TemporaryFolder folder = new();
        return (await Assert.ThrowsAsync<PayloadException>(() => RunAsync(folder, payload))).Message;
    }

    private sealed class Interrupt(CancellationTokenSource source, long at) : IProgress<OptimizationProgress>
    {
        public long Seen { get; private set; }

        public void Report(OptimizationProgress value)
        {
            if (value.Done < at || source.IsCancellationRequested)
                return;
            Seen = value.Done;
            source.Cancel();
        }
    }
}
