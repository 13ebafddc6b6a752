using System.Globalization;
using Runnel.Redis;
using Runnel.Worker;
using StackExchange.Redis;

namespace Runnel.Flow;

/// <summary>Reads the rules of flow control as people set them, with the figures beside them.</summary>
internal sealed class FlowReader(IDatabase redis, QueueKeys keys)
{
    private const int MostGroups = 1000;

    public async Task<FlowStatus> ReadAsync()
    {
        Dictionary<string, string> types = await HashAsync(keys.FlowTypes), groups = await HashAsync(keys.FlowGroups), rates = await HashAsync(keys.FlowRates);
        Dictionary<string, long> waiting = await CountsAsync(keys.FlowWaiting), used = await CountsAsync(keys.FlowUsed);
        List<TypeStatus> typeStatus = [];
        IEnumerable<string> parked = (await redis.SetMembersAsync(keys.FlowParked)).Select(type => type.ToString());
        Dictionary<string, long> sidings = await SidingsAsync();
        foreach (string type in types.Keys.Union(parked, StringComparer.Ordinal).Union(sidings.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            string[] rule = types.GetValueOrDefault(type, "0 - - -").Split(' ');
            typeStatus.Add(new TypeStatus
            {
                Type = type,
                Paused = rule[0] == "1",
                Limit = LimitOf(rule[1]),
                Rate = RateOf(rule[2], rule[3]),
                Admitted = used.GetValueOrDefault("t:" + type),
                Parked = await redis.SortedSetLengthAsync(keys.Parked(type)),
                InSidings = sidings.GetValueOrDefault(type),
            });
        }

        IEnumerable<string> admitted = used.Keys.Where(counter => counter.StartsWith("g:", StringComparison.Ordinal) && counter.Length > 2).Select(counter => counter[2..]);
        return new FlowStatus
        {
            Paused = await redis.KeyExistsAsync(keys.Paused),
            Types = typeStatus,
            Groups = [.. groups.Keys.Union(waiting.Keys, StringComparer.Ordinal).Union(admitted, StringComparer.Ordinal).Where(group => group.Length > 0)
                .Order(StringComparer.Ordinal).Select(group => Group(group, groups.GetValueOrDefault(group), waiting.GetValueOrDefault(group), used.GetValueOrDefault("g:" + group)))],
            Rates = rates.Select(rate => (rate.Key, Parts: rate.Value.Split(' '))).ToDictionary(r => r.Key, r => RateOf(r.Parts[0], r.Parts[1])!, StringComparer.Ordinal),
        };
    }

    public static GroupStatus Group(string group, string? rule, long waiting, long admitted)
    {
        string[] parts = (rule ?? "1 -").Split(' ');
        return new GroupStatus
        {
            Group = group,
            Weight = double.Parse(parts[0], CultureInfo.InvariantCulture),
            Limit = LimitOf(parts[1]),
            Waiting = waiting,
            Admitted = admitted,
        };
    }

    private async Task<Dictionary<string, long>> SidingsAsync()
    {
        Dictionary<string, long> counts = new(StringComparer.Ordinal);
        foreach (string siding in (await redis.SetMembersAsync(keys.FlowSidings)).Select(siding => siding.ToString()))
        {
            string type = TypeChoice.TypeOf(siding);
            counts[type] = counts.GetValueOrDefault(type) + await redis.SortedSetLengthAsync(keys.Parked(siding));
        }

        return counts;
    }

    private static int? LimitOf(string text) => int.TryParse(text, out int limit) ? limit : null;

    private static RateLimit? RateOf(string intervalUs, string burst) => long.TryParse(intervalUs, out long us)
        ? new RateLimit(1, TimeSpan.FromMicroseconds(us)) { Burst = int.Parse(burst, CultureInfo.InvariantCulture) }
        : null;

    private async Task<Dictionary<string, string>> HashAsync(RedisKey key) =>
        (await redis.HashGetAllAsync(key)).ToDictionary(f => f.Name.ToString(), f => f.Value.ToString(), StringComparer.Ordinal);

    /// <summary>As many counters as a person can look at: there is one for each group that has tasks.</summary>
    private async Task<Dictionary<string, long>> CountsAsync(RedisKey key)
    {
        Dictionary<string, long> counts = new(StringComparer.Ordinal);
        await foreach (HashEntry count in redis.HashScanAsync(key, pageSize: 250))
        {
            counts[count.Name.ToString()] = (long)count.Value;
            if (counts.Count >= MostGroups)
                break;
        }

        return counts;
    }
}
