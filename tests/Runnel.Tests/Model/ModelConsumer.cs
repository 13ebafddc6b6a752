using Microsoft.Extensions.Logging.Abstractions;
using Runnel.Redis;
using Runnel.Worker;
using StackExchange.Redis;

namespace Runnel.Tests.Model;

/// <summary>A delivery in a consumer's hands; once its task went elsewhere, what the consumer says of it must be refused.</summary>
internal sealed record Holding(ModelTask Task, int Delivery, TaskEntry Entry)
{
    public bool IsCurrent => Task.Delivery == Delivery;
}

/// <summary>A worker without loops: it calls the scripts that workers call, when its test says so.</summary>
internal sealed class ModelConsumer(IDatabase redis, QueueKeys keys, string name)
{
    private static readonly Script FetchScript = new("fetch.lua");
    private readonly WorkerOptions options = new() { Name = name, MaxCrashes = QueueModel.MaxCrashes };

    public string Name => name;

    public List<Holding> Holdings { get; } = [];

    public SettleScripts Scripts => field ??= new SettleScripts(redis, keys, new RunnelOptions(), options);

    public Promoter Promoter => field ??= new Promoter(redis, keys, TimeProvider.System, NullLogger<Promoter>.Instance);

    public Recovery Recovery => field ??= new Recovery(
        redis, keys, options, Scripts, new HeldTasks(1), TimeProvider.System, NullLogger<Recovery>.Instance);

    public async Task<List<TaskEntry>> FetchAsync(int count)
    {
        await redis.SortedSetAddAsync(keys.Workers, name, 1e15); // a lease that does not run out by itself
        RedisResult reply = await FetchScript.RunAsync(redis, keys.Streams, [keys.Group, name, count, 0, 0, 0, 0, 0]);
        List<TaskEntry> entries = [];
        for (int i = 0; i < reply.Length; i++)
        {
            for (int j = 0; j < reply[i][1].Length; j++)
                entries.Add(TaskEntry.Parse((int)reply[i][0], reply[i][1][j][0], reply[i][1][j][1]));
        }

        return entries;
    }

    /// <summary>The lease runs out, as after a death or a long pause.</summary>
    public Task LoseLeaseAsync() => redis.SortedSetAddAsync(keys.Workers, name, 0);
}
