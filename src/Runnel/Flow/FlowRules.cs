using System.Collections.Concurrent;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Flow;

/// <summary>What a worker knows of the rules for task types: heard at once on the control channel, and at the latest with the next beat.</summary>
internal sealed class FlowRules
{
    private readonly ConcurrentDictionary<string, Rule> types = new(StringComparer.Ordinal);

    /// <summary>Version of the rules as the last beat told them.</summary>
    public string Version { get; private set; } = "";

    /// <summary>True where a task that was delivered must not run now, as far as this worker knows; Redis decides.</summary>
    public bool MustWait(TaskEntry entry)
    {
        if (entry.Unreadable is not null)
            return false;
        if (!entry.HasSlot && (entry.Group is not null || entry.RateKey is not null))
            return true;
        return !types.IsEmpty && types.TryGetValue(entry.Type, out Rule rule) && (rule.Paused || (rule.Limited && !entry.HasSlot));
    }

    /// <summary>True where the task is to wait in a lane.</summary>
    public bool NeedsTurn(TaskEntry entry) => !entry.HasSlot
        && (entry.Group is not null || entry.RateKey is not null || (types.TryGetValue(entry.Type, out Rule rule) && rule.Limited));

    /// <summary>Takes over all rules, names and values in turn, where the version is another.</summary>
    public void Note(string version, RedisResult all)
    {
        if (version == Version)
            return;
        Dictionary<string, RedisValue> now = RedisText.ToFields(all);
        foreach (string gone in types.Keys.Where(type => !now.ContainsKey(type)))
            types.TryRemove(gone, out _);
        foreach ((string type, RedisValue rule) in now)
            types[type] = Rule.Parse(rule.ToString());
        Version = version;
    }

    /// <summary>Takes over one rule, "TYPE PAUSED LIMIT INTERVAL BURST".</summary>
    public void Hear(string message)
    {
        string[] parts = message.Split(' ', 2);
        Rule rule = Rule.Parse(parts[1]);
        if (rule == default)
            types.TryRemove(parts[0], out _);
        else
            types[parts[0]] = rule;
    }

    private readonly record struct Rule(bool Paused, bool Limited)
    {
        public static Rule Parse(string text) => text.Split(' ') is [string paused, string limit, string interval, ..]
            ? new Rule(paused == "1", limit != "-" || interval != "-")
            : default;
    }
}
