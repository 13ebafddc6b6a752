using CsCheck;
using Runnel.Redis;
using Runnel.TestKit;
using StackExchange.Redis;

namespace Runnel.Tests.Model;

/// <summary>Random lives of many tasks through the real scripts, beside a model of plain lists. A failure shows the shortest list of
/// steps that was found and a seed to repeat it.</summary>
public sealed class ModelTests(RedisFixture redis)
{
    private static readonly StepKind[] Kinds = [.. Enum.GetValues<StepKind>(), StepKind.Submit, StepKind.SubmitWithId, StepKind.Fetch, StepKind.Fetch, StepKind.Complete, StepKind.Fail, StepKind.Kill];
    private static readonly Gen<List<Step>> Lives = Gen
        .Select(Gen.Int[0, Kinds.Length - 1], Gen.Int[0, 9], Gen.Int[0, 9], (kind, a, b) => new Step(Kinds[kind], a, b))
        .List[1, 60];

    [Fact]
    public async Task Every_task_is_in_the_one_state_that_its_history_says_and_no_key_is_left_over()
    {
        await using RedisServer server = await redis.StartPrivateAsync();
        QueueKeys keys = new("model", "workers");
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = server.Url, Queue = keys.Queue }, TestContext.Current.CancellationToken);
        IServer admin = server.Connection.GetServer("127.0.0.1", server.Port);

        await Lives.SampleAsync(
            async steps =>
            {
                await admin.FlushDatabaseAsync();
                await QueueGroups.EnsureAsync(server.Database, keys);
                ModelRun run = new(server.Database, keys, client);
                foreach (Step step in steps)
                    await run.TakeAsync(step);
                await new Invariants(admin, server.Database, keys, client, run.Model).CheckAsync();
            },
            iter: 300,
            threads: 1);
    }
}
