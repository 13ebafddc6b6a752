using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Lookup;

/// <summary>Reads what is stored of completed tasks, wherever it is.</summary>
internal static class StoredResults
{
    private static readonly Script Results = new("results.lua", ScriptLibraries.Results);

    /// <returns>In the order of the ids; null for each that has not completed.</returns>
    public static async Task<byte[]?[]> GetAsync(IDatabase redis, QueueKeys keys, IEnumerable<string> ids) =>
        (byte[]?[])(await Results.RunAsync(redis, [keys.Stats], [.. ids.Select(id => (RedisValue)id)]))!;
}
