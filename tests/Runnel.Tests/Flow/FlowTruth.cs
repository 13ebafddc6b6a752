using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Tests.Flow;

/// <summary>What flow control's figures must equal.</summary>
internal static class FlowTruth
{
    /// <summary>All tasks have ended: no key of flow control counts or holds anything.</summary>
    public static async Task NothingIsLeftAsync(IDatabase redis, QueueKeys keys, RunnelClient client)
    {
        QueueStats stats = await client.GetStatsAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0L, 0L, 0L, 0L), (stats.Gated, stats.Running, stats.Delayed, stats.Queued.Values.Sum() + stats.Returned));
        string prefix = "{" + keys.Queue + "}:";
        IServer server = redis.Multiplexer.GetServers()[0];
        List<string> left = [];
        await foreach (RedisKey key in server.KeysAsync(pattern: prefix + "*").WithCancellation(TestContext.Current.CancellationToken))
            left.Add(key.ToString()[prefix.Length..]);
        Assert.DoesNotContain(left, key => key.StartsWith("lane:", StringComparison.Ordinal)
            || (key.StartsWith("flow:", StringComparison.Ordinal) && key is not ("flow:groups" or "flow:types" or "flow:rates" or "flow:swept")));
    }

    /// <summary>Slots in use are those of admitted tasks that are in a stream, and the counters say the same.</summary>
    public static async Task CountersEqualTheTruthAsync(IDatabase redis, QueueKeys keys)
    {
        Dictionary<string, int> truth = new(StringComparer.Ordinal);
        int slots = 0;
        foreach (RedisKey stream in keys.Streams)
        {
            foreach (StreamEntry entry in await redis.StreamRangeAsync(stream))
            {
                if (entry["slot"].IsNull)
                    continue;
                slots++;
                foreach (string counter in new[] { "g:" + entry["group"], "t:" + entry["type"] })
                    truth[counter] = truth.GetValueOrDefault(counter) + 1;
            }
        }

        Dictionary<string, int> used = (await redis.HashGetAllAsync(keys.FlowUsed)).ToDictionary(f => f.Name.ToString(), f => (int)f.Value, StringComparer.Ordinal);
        Assert.Equal(slots, await redis.HashLengthAsync(keys.FlowSlots));
        Assert.Equal(truth.OrderBy(c => c.Key, StringComparer.Ordinal), used.OrderBy(c => c.Key, StringComparer.Ordinal));
    }
}
