using System.Globalization;
using Runnel.TestKit;

namespace Runnel.Trading.Tests.Optimization;

/// <summary>What many trials leave behind, measured on fewer: a million must not fill Redis nor the process that puts them together.</summary>
public sealed class FootprintTests(RedisFixture redis)
{
    private const int Trials = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_finished_trial_takes_less_than_fifty_bytes_of_redis_and_a_million_less_than_300_megabytes_to_put_together()
    {
        await using RedisServer server = await redis.StartPrivateAsync();
        await using OptimizationHost host = await OptimizationHost.StartAsync(server.Url, redis.NewQueue(), concurrency: 2);
        await host.RunAsync(Payload("warm", 2));
        long before = await UsedAsync(server);

        OptimizationReply reply = await host.RunAsync(Payload("many", Trials / 300));
        double perTrial = (await UsedAsync(server) - before) / (double)Trials;
        long heap = GC.GetTotalMemory(forceFullCollection: true), peak = 0, trials = 0;
        await foreach (ChunkBlock chunk in host.Records.BlocksAsync("many", Token))
        {
            trials += chunk.Block.Count;
            peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - heap);
        }

        Assert.Equal((Trials, Trials), (reply.Trials!.Completed, trials));
        Assert.True(perTrial <= 50, $"{perTrial} bytes a trial"); // what Redis uses for its clients comes and goes, so it may be less than before
        Assert.InRange(peak + 1_000_000 * 16, 0, 300_000_000); // one block, and a list of eight bytes for each trial that has doubled
    }

    private static async Task<long> UsedAsync(RedisServer server) => long.Parse(
        (await server.Connection.GetServers()[0].InfoAsync("memory"))[0].Single(entry => entry.Key == "used_memory").Value, CultureInfo.InvariantCulture);

    private static Dictionary<string, object> Payload(string id, int fasts) => new()
    {
        ["optimization_id"] = id,
        ["optimization_type"] = "grid",
        ["strategy_config"] = new { name = "sma_cross" },
        ["param_space"] = new { fast = Enumerable.Range(1, fasts), slow = Enumerable.Range(201, 300) },
        ["symbol"] = "BTCUSDT",
        ["interval"] = "1d",
        ["start_date"] = "2024-01-01",
        ["end_date"] = "2024-03-01",
    };
}
