using CsCheck;
using Runnel.Redis;
using Runnel.TestKit;
using StackExchange.Redis;

namespace Runnel.Tests.Model;

/// <summary>Random lives of tasks with groups, limits, rates, unique keys, parents and batches. A failure shows the shortest list of steps that
/// was found and a seed to repeat it.</summary>
public sealed class LifeTests(RedisFixture redis)
{
    private static readonly LifeStep[] Steps =
    [
        .. Enum.GetValues<LifeStep>(), LifeStep.SubmitToGroup, LifeStep.SubmitUnique, LifeStep.SubmitBatch, LifeStep.Fetch, LifeStep.Fetch, LifeStep.Fetch,
        LifeStep.Settle, LifeStep.Settle, LifeStep.Settle, LifeStep.Settle, LifeStep.Promote,
    ];

    private static readonly Gen<List<(LifeStep Step, int A, int B)>> Lives = Gen
        .Select(Gen.Int[0, Steps.Length - 1], Gen.Int[0, 9], Gen.Int[0, 9], (step, a, b) => (Steps[step], a, b))
        .List[1, 50];

    [Fact]
    public async Task Every_acknowledged_task_is_in_one_place_all_counters_are_true_and_all_ends_in_the_end()
    {
        await using RedisServer server = await redis.StartPrivateAsync();
        QueueKeys keys = new("life", "workers");
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = server.Url, Queue = keys.Queue }, TestContext.Current.CancellationToken);
        IServer admin = server.Connection.GetServer("127.0.0.1", server.Port);

        await Lives.SampleAsync(
            async steps =>
            {
                await admin.FlushDatabaseAsync();
                Life life = new(server.Database, keys, client);
                await life.BeginAsync();
                foreach ((LifeStep step, int a, int b) in steps)
                    await life.TakeAsync(step, a, b);
                await new LifeTruth(admin, server.Database, keys, client, life).CheckAsync();
                await life.EndAsync();
                await new LifeTruth(admin, server.Database, keys, client, life).CheckEndAsync();
            },
            iter: 100,
            threads: 1);
    }
}
