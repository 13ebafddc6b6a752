using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace Runnel.Redis;

/// <summary>One Lua script of ours: the libraries that it uses, then its own text, as one chunk. The client sends its hash and, where the
/// server does not know it (after a restart), its text.</summary>
internal sealed class Script
{
    private readonly string source;
    private readonly byte[] hash;
    private readonly ConditionalWeakTable<IConnectionMultiplexer, object> loaded = [];

    /// <param name="fileName">The script.</param>
    /// <param name="libraries">Files whose local functions it calls, in this order before it.</param>
    public Script(string fileName, params string[] libraries)
    {
        source = string.Join('\n', libraries.Append(fileName).Select(Load));
#pragma warning disable CA5350 // SHA-1 is what EVALSHA names scripts by
        hash = SHA1.HashData(Encoding.UTF8.GetBytes(source)); // once: the client would hash the whole text at each call to look it up
#pragma warning restore CA5350
    }

    // Cancelling a caller's wait does not stop the script: Redis runs it to its end once sent.
    public async Task<RedisResult> RunAsync(IDatabase redis, RedisKey[] keys, RedisValue[] values)
    {
        // Until it has run once the client sends its text before it, so that calls in flight at the same time keep their order.
        if (!loaded.TryGetValue(redis.Multiplexer, out _))
        {
            RedisResult first = await redis.ScriptEvaluateAsync(source, keys, values);
            loaded.AddOrUpdate(redis.Multiplexer, this);
            return first;
        }

        try
        {
            return await redis.ScriptEvaluateAsync(hash, keys, values);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return await redis.ScriptEvaluateAsync(source, keys, values);
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
