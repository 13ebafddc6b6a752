using Runnel.Redis;
using Runnel.Tests.Flow;
using StackExchange.Redis;

namespace Runnel.Tests.Model;

/// <summary>What must hold whatever was done: every acknowledged task is in one place, every key has an owner, counters say what is there.</summary>
internal sealed class LifeTruth(IServer server, IDatabase redis, QueueKeys keys, RunnelClient client, Life life)
{
    private readonly List<(string Id, string Place)> places = [];
    private readonly Dictionary<string, Dictionary<string, string>> records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> children = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> locks = new(StringComparer.Ordinal);
    private readonly List<string> lanes = [];
    private long inSidings;

    public async Task CheckAsync()
    {
        await ReadAsync();
        EveryTaskIsInOnePlace();
        await RecordsSayWhereAsync();
        WhoWaitsIsKnownToWhatItWaitsFor();
        await LocksAreHeldByTheLivingAsync();
        foreach (string batch in life.Batches)
            await BatchCountsItsMembersAsync(batch);
        await FlowTruth.CountersEqualTheTruthAsync(redis, keys);
        await CountersAreTrueAsync();
    }

    /// <summary>All has ended: nothing waits, and nothing is left of flow control and families.</summary>
    public async Task CheckEndAsync()
    {
        await CheckAsync();
        Assert.DoesNotContain(places, p => p.Place is not ("completed" or "dead" or "over"));
        Assert.Empty(children);
        await FlowTruth.NothingIsLeftAsync(redis, keys, client);
        foreach (string batch in life.Batches)
            Assert.NotNull((await client.FindBatchAsync(batch))!.FinishedAt);
    }

    private async Task ReadAsync()
    {
        for (int level = 0; level < QueueKeys.Levels; level++)
            places.AddRange((await redis.StreamRangeAsync(keys.Streams[level])).Select(entry => (TaskEntry.Parse(level, entry).TaskId, "stream")));
        places.AddRange((await redis.SortedSetRangeByRankAsync(keys.Delayed)).Select(id => ((string)id!, "delayed")));
        places.AddRange((await redis.SortedSetRangeByRankAsync(keys.Dead)).Select(id => ((string)id!, "dead")));
        string prefix = "{" + keys.Queue + "}:";
        await foreach (RedisKey key in server.KeysAsync(pattern: prefix + "*"))
        {
            string name = key.ToString()[prefix.Length..];
            string id = name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];
            switch (name[..(name.Length - id.Length)])
            {
                case "result:":
                    places.Add((id, "completed"));
                    break;
                case "pack:":
                    places.AddRange((await redis.HashKeysAsync(key)).Select(task => ((string)task!, "completed")));
                    break;
                case "task:":
                    records[id] = (await redis.HashGetAllAsync(key)).ToDictionary(f => f.Name.ToString(), f => f.Value.ToString(), StringComparer.Ordinal);
                    if (records[id].GetValueOrDefault("state") is "cancelled" or "expired")
                        places.Add((id, "over"));
                    break;
                case "lane:":
                    lanes.Add(id);
                    places.AddRange((await redis.SortedSetRangeByRankAsync(key)).Select(task => ((string)task!, "lane")));
                    break;
                case "parked:":
                    RedisValue[] aside = await redis.SortedSetRangeByRankAsync(key);
                    places.AddRange(aside.Select(task => ((string)task!, "parked")));
                    inSidings += id.Contains(' ', StringComparison.Ordinal) ? aside.Length : 0;
                    break;
                case "children:":
                    children[id] = [.. (await redis.SetMembersAsync(key)).Select(child => child.ToString())];
                    break;
                case "unique:":
                    locks[id] = (await redis.StringGetAsync(key))!;
                    break;
            }
        }
    }

    private void EveryTaskIsInOnePlace() =>
        Assert.Equal(life.Accepted.Order(StringComparer.Ordinal), places.Select(p => p.Id).Order(StringComparer.Ordinal));

    private async Task RecordsSayWhereAsync()
    {
        Assert.Empty(records.Keys.Except(life.Accepted, StringComparer.Ordinal));
        foreach ((string id, string place) in places.Where(p => records.ContainsKey(p.Id)))
        {
            string[] allowed = place switch
            {
                "delayed" => ["scheduled", "retrying"],
                "dead" => ["failed", "timeout"],
                "completed" => ["completed"],
                "over" => ["cancelled", "expired"],
                _ => ["queued"],
            };
            Assert.Contains(records[id]["state"], allowed);
            Assert.Equal(place is "completed" or "over", await redis.KeyTimeToLiveAsync(keys.Record(id)) is not null);
        }
    }

    private void WhoWaitsIsKnownToWhatItWaitsFor()
    {
        Dictionary<string, int> open = children.SelectMany(c => c.Value).CountBy(id => id, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        foreach ((string id, Dictionary<string, string> record) in records.Where(r => r.Value.ContainsKey("open")))
            Assert.Equal(open.GetValueOrDefault(id), int.Parse(record["open"]));
        Assert.Equal(children.Keys.Order(StringComparer.Ordinal), redis.SetMembers(keys.Parents).Select(p => p.ToString()).Order(StringComparer.Ordinal));
    }

    private async Task LocksAreHeldByTheLivingAsync()
    {
        foreach ((string key, string holder) in locks)
        {
            if (await redis.KeyTimeToLiveAsync(keys.Unique(key)) is null)
                Assert.Contains(places, p => p.Id == holder && p.Place is not ("completed" or "dead" or "over"));
        }
    }

    private async Task BatchCountsItsMembersAsync(string id)
    {
        Dictionary<string, string> batch = (await redis.HashGetAllAsync(keys.BatchPrefix + id)).ToDictionary(f => f.Name.ToString(), f => f.Value.ToString(), StringComparer.Ordinal);
        long Count(string name) => long.Parse(batch.GetValueOrDefault(name, "0"));
        string[] members = [.. Enumerable.Range(0, (int)Count("added")).Select(i => $"{id}.{i}")];
        string?[] counted = [.. members.Select(m => records.GetValueOrDefault(m)?.GetValueOrDefault("counted"))];
        long purged = members.Count(life.Purged.Contains);
        Assert.Equal(
            (counted.Count(c => c == "completed"), counted.Count(c => c == "failed") + purged, counted.Count(c => c == "cancelled"), counted.Count(c => c == "failed")),
            (Count("completed"), Count("failed"), Count("cancelled"), Count("dead")));
        Assert.Equal(counted.Count(c => c is not null) + purged, Count("ended"));
        Assert.Equal(batch.ContainsKey("total") && Count("ended") >= Count("total"), batch.ContainsKey("finished"));
        Assert.Equal(batch.ContainsKey("finished") && Count("dead") == 0, await redis.KeyTimeToLiveAsync(keys.BatchPrefix + id) is not null);
    }

    private async Task CountersAreTrueAsync()
    {
        QueueStats stats = await client.GetStatsAsync();
        long In(string place) => places.Count(p => p.Place == place);
        Assert.Equal(
            (life.Accepted.Count + life.Purged.Count, In("completed"), In("dead"), In("delayed"), In("lane"), In("parked")),
            (stats.Submitted, stats.Completed, stats.Dead, stats.Delayed, stats.Gated, stats.Parked + stats.InSidings));
        Assert.Equal(inSidings, stats.InSidings);
        Assert.Equal(In("stream") + In("lane"), stats.Queued.Values.Sum() + stats.Returned + stats.Running);
        Assert.Equal(lanes.Order(StringComparer.Ordinal), (await redis.SortedSetRangeByRankAsync(keys.FlowHeads)).Select(l => l.ToString()).Order(StringComparer.Ordinal));
    }
}
