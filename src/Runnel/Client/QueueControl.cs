using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel;

/// <summary>Commands to a queue's workers.</summary>
internal sealed class QueueControl(RunnelConnector connector)
{
    private static readonly Script Wake = new("wake.lua");
    private static readonly Script Cancel = new("cancel.lua", ScriptLibraries.Cancelling);

    public async Task<CancelResult> CancelAsync(string id, CancellationToken cancellationToken)
    {
        QueueKeys keys = connector.Keys;
        bool named = QueueKeys.TryParse(id, out int level, out string entryId);
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        string reply = (string)(await connection.CallAsync(redis => Cancel.RunAsync(
            redis,
            [keys.Stats],
            [
                keys.Group, id, named ? level : "", named ? entryId : "", (long)connector.Options.ResultRetention.TotalMilliseconds,
                connector.Options.CompletedFeedLength,
            ]), cancellationToken))!;
        return Enum.Parse<CancelResult>(reply, ignoreCase: true);
    }

    public async Task<bool> WakeAsync(string id, CancellationToken cancellationToken)
    {
        QueueKeys keys = connector.Keys;
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        return (int)await connection.CallAsync(
            redis => Wake.RunAsync(redis, [keys.Record(id), keys.Delayed], [id, keys.Control.ToString()]), cancellationToken) == 1;
    }

    public async Task SetPausedAsync(bool paused, CancellationToken cancellationToken)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        await connection.CallAsync(async redis =>
        {
            if (paused)
                await redis.StringSetAsync(connector.Keys.Paused, "1");
            else
                await redis.KeyDeleteAsync(connector.Keys.Paused);
            return await redis.PublishAsync(connector.Keys.Control, paused ? "pause" : "resume"); // who misses it hears at the next beat
        }, cancellationToken);
    }
}
