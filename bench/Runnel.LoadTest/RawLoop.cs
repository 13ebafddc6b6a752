using System.Diagnostics;
using StackExchange.Redis;

namespace Runnel.LoadTest;

/// <summary>The ceiling: a bare StackExchange.Redis loop of XADD, XREADGROUP, XACK and XDEL in batches of 100, without results,
/// ownership checks or scripts.</summary>
internal static class RawLoop
{
    public const int Batch = 100;

    /// <summary>Submits and processes at once; tasks a second.</summary>
    public static async Task<double> EndToEndAsync(IDatabase producer, IDatabase consumer, byte[] payload, int tasks)
    {
        RedisKey stream = $"bench:raw:{Guid.NewGuid():N}";
        await consumer.StreamCreateConsumerGroupAsync(stream, "workers", "0", createStream: true);
        long started = Stopwatch.GetTimestamp();
        Task submit = Task.Run(() => SubmitAsync(producer, stream, payload, tasks));
        for (int done = 0; done < tasks;)
        {
            StreamEntry[] entries = await consumer.StreamReadGroupAsync(stream, "workers", "one", ">", count: Batch);
            if (entries.Length == 0)
                continue;
            RedisValue[] ids = Array.ConvertAll(entries, e => e.Id);
            Task<long> ack = consumer.StreamAcknowledgeAsync(stream, "workers", ids);
            await consumer.StreamDeleteAsync(stream, ids);
            await ack;
            done += entries.Length;
        }

        double rate = tasks / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await submit;
        await consumer.KeyDeleteAsync(stream);
        return rate;
    }

    /// <summary>Submits in pipelined batches of 100; tasks a second.</summary>
    public static async Task<double> SubmitAsync(IDatabase redis, RedisKey stream, byte[] payload, int tasks)
    {
        long started = Stopwatch.GetTimestamp();
        Task[] batch = new Task[Batch];
        for (int sent = 0; sent < tasks; sent += Batch)
        {
            for (int i = 0; i < Batch; i++)
                batch[i] = redis.StreamAddAsync(stream, Fields(payload));
            await Task.WhenAll(batch);
        }

        return tasks / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Submits one awaited at a time; tasks a second.</summary>
    public static async Task<double> SubmitOneByOneAsync(IDatabase redis, RedisKey stream, byte[] payload, int tasks)
    {
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < tasks; i++)
            await redis.StreamAddAsync(stream, Fields(payload));
        return tasks / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static NameValueEntry[] Fields(byte[] payload) => [new("v", "1"), new("type", "noop"), new("payload", payload)];
}
