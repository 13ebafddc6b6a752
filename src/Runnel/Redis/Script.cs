using System.Runtime.CompilerServices;
using StackExchange.Redis;

namespace Runnel.Redis;

/// <summary>One Lua script of ours: the libraries that it uses, then its own text, as one chunk. The client sends its hash and, where the
/// server does not know it (after a restart), its text.</summary>
internal sealed class Script
{
    private readonly string source;
    private volatile byte[]? hash; // SHA-1 of the source by the server: working it out here would load OpenSSL, 5 MB of every process
    private readonly ConditionalWeakTable<IConnectionMultiplexer, object> loaded = [];

    /// <param name="fileName">The script.</param>
    /// <param name="libraries">Files whose local functions it calls, in this order before it.</param>
    public Script(string fileName, params string[] libraries)
    {
        source = string.Join('\n', libraries.Append(fileName).Select(Load));
    }

    // Cancelling a caller's wait does not stop the script: Redis runs it to its end once sent.
    public async Task<RedisResult> RunAsync(IDatabase redis, RedisKey[] keys, RedisValue[] values)
    {
        // Until it has run once the client sends its text before it, so that calls in flight at the same time keep their order.
        if (hash is not { } known || !loaded.TryGetValue(redis.Multiplexer, out _))
        {
            Task<RedisResult> running = redis.ScriptEvaluateAsync(source, keys, values);
            Task naming = hash is null ? NameAsync(redis) : Task.CompletedTask;
            RedisResult first = await running;
            await naming;
            loaded.AddOrUpdate(redis.Multiplexer, this);
            return first;
        }

        try
        {
            return await redis.ScriptEvaluateAsync(known, keys, values);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return await redis.ScriptEvaluateAsync(source, keys, values);
        }
    }

    // Has its hash told by the server in the same round trip.
    private async Task NameAsync(IDatabase redis)
    {
        try
        {
            hash = Convert.FromHexString((string)(await redis.ExecuteAsync("SCRIPT", "LOAD", source))!);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            // The text is sent again at the next call.
        }
    }

    /// <summary>The text of an embedded script.</summary>
    public static string Load(string fileName)
    {
        using Stream stream = typeof(Script).Assembly.GetManifestResourceStream(fileName)
            ?? throw new InvalidOperationException($"The script {fileName} is not embedded in {typeof(Script).Assembly.GetName().Name}.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
