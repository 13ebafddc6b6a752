using StackExchange.Redis;

namespace Runnel.Redis;

/// <summary>One Lua script of ours. The client sends its hash and, where the server does not know it (after a restart), its text.</summary>
internal sealed class Script(string fileName)
{
    private readonly string source = Load(fileName);

    // Cancelling a caller's wait does not stop the script: Redis runs it to its end once sent.
    public Task<RedisResult> RunAsync(IDatabase redis, RedisKey[] keys, RedisValue[] values) => redis.ScriptEvaluateAsync(source, keys, values);

    private static string Load(string fileName)
    {
        using Stream stream = typeof(Script).Assembly.GetManifestResourceStream(fileName)
            ?? throw new InvalidOperationException($"The script {fileName} is not embedded in {typeof(Script).Assembly.GetName().Name}.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
