using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Worker;

/// <summary>Holds the queue's results to their number and bytes; their age Redis looks after by itself.</summary>
internal sealed class ResultRetention(IDatabase redis, QueueKeys keys, RunnelOptions options)
{
    private const int MostAtOnce = 500;
    private static readonly Script Retain = new("retain.lua", ScriptLibraries.Results);

    /// <summary>Deletes the oldest results beyond the limits; does nothing where there are none.</summary>
    public async Task RunAsync()
    {
        if (options.MaxResults is null && options.MaxResultsTotalBytes is null)
            return;
        RedisValue[] values = [options.MaxResults is { } count ? count : "", options.MaxResultsTotalBytes is { } bytes ? bytes : "", MostAtOnce];
        while ((int)await Retain.RunAsync(redis, [keys.Completed, keys.Results, keys.Retained], values) == 1)
        {
        }
    }
}
