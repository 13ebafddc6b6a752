using Microsoft.Extensions.Logging.Abstractions;
using Runnel.Flow;
using Runnel.Redis;
using Runnel.Worker;
using StackExchange.Redis;

namespace Runnel.Tests.Model;

internal enum LifeStep
{
    Submit,
    SubmitToGroup,
    SubmitLater,
    SubmitUnique,
    SubmitChain,
    SubmitAfter,
    SubmitBatch,
    CancelBatch,
    LimitGroup,
    LimitType,
    RateType,
    PauseType,
    Fetch,
    Settle,
    Kill,
    Cancel,
    Promote,
    Requeue,
    Purge,
}

/// <summary>Takes random steps of producers, operators and workers through the real scripts, and remembers what was acknowledged. Who is next is
/// left to flow control; what must hold whoever is next is in <see cref="LifeTruth"/>.</summary>
internal sealed class Life(IDatabase redis, QueueKeys keys, RunnelClient client)
{
    private static readonly StepKind[] Ends = [StepKind.Complete, StepKind.Complete, StepKind.Fail, StepKind.TimeOut, StepKind.Snooze, StepKind.GiveBack];
    private static readonly TaskPriority[] Priorities = Enum.GetValues<TaskPriority>();
    private static readonly UniqueScope[] Scopes = [UniqueScope.UntilDone, UniqueScope.UntilStarted, UniqueScope.For(TimeSpan.FromHours(1))];
    private readonly ModelConsumer[] consumers =
    [
        new(redis, keys, "a") { Choice = new TypeChoice(["t0"]) },
        new(redis, keys, "b") { Choice = new TypeChoice(["t1"]) },
        new(redis, keys, "c"),
    ];

    private readonly List<(ModelConsumer Consumer, TaskEntry Entry)> held = [];
    private readonly List<string> order = [];
    private int calls;

    /// <summary>Ids whose submission was acknowledged, but for those purged.</summary>
    public HashSet<string> Accepted { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Purged { get; } = new(StringComparer.Ordinal);

    public List<string> Batches { get; } = [];

    public async Task BeginAsync()
    {
        await QueueGroups.EnsureAsync(redis, keys);
        foreach (ModelConsumer consumer in consumers)
            await redis.HashSetAsync(keys.Flow, [new("w:" + consumer.Name, 2)]);
        await redis.HashSetAsync(keys.Flow, "window", 2 * consumers.Length); // as three workers' beats ask for
    }

    public Task TakeAsync(LifeStep step, int a, int b) => step switch
    {
        LifeStep.Submit => SubmitAsync(new SubmitOptions { Priority = Priorities[a % 4], MaxRetries = b % 3 }, b),
        LifeStep.SubmitToGroup => SubmitAsync(new SubmitOptions { Group = $"g{a % 2}", RateKey = b % 4 == 0 ? "rate" : null, Affinity = $"{b % 2}", Priority = Priorities[b % 4], MaxRetries = 1 }, b),
        LifeStep.SubmitLater => SubmitAsync(new SubmitOptions { Delay = TimeSpan.FromHours(1), Group = a % 2 == 0 ? "g0" : null }, b),
        LifeStep.SubmitUnique => SubmitAsync(new SubmitOptions { Unique = Unique(a, b), Group = b % 3 == 0 ? "g1" : null, MaxRetries = 0 }, b),
        LifeStep.SubmitChain => SubmitChainAsync(1 + a % 3),
        LifeStep.SubmitAfter => OnTaskAsync(a, b, id => SubmitAsync(
            new SubmitOptions { After = [id], AfterFailure = (ParentFailurePolicy)(a % 2), Group = b % 2 == 0 ? "g0" : null }, b)),
        LifeStep.SubmitBatch => SubmitBatchAsync(a % 5, b),
        LifeStep.CancelBatch => Batches.Count == 0 ? Task.CompletedTask : client.CancelBatchAsync(Batches[(10 * a + b) % Batches.Count]),
        LifeStep.LimitGroup => client.Flow.SetGroupAsync($"g{a % 2}", 1 + a, b % 4 == 3 ? null : b % 4),
        LifeStep.LimitType => client.Flow.SetLimitAsync($"t{a % 2}", b % 3 == 2 ? null : b % 3),
        LifeStep.RateType => client.Flow.SetTypeRateAsync($"t{a % 2}", b % 2 == 0 ? null : new RateLimit(1, TimeSpan.FromHours(1)) { Burst = 1 + (b % 3) }),
        LifeStep.PauseType => b % 2 == 0 ? client.PauseTypeAsync($"t{a % 2}") : client.ResumeTypeAsync($"t{a % 2}"),
        LifeStep.Fetch => FetchAsync(consumers[a % consumers.Length], 1 + (b % 4)),
        LifeStep.Settle => SettleAsync(a, Ends[b % Ends.Length]),
        LifeStep.Kill => KillAsync(a % consumers.Length),
        LifeStep.Cancel => OnTaskAsync(a, b, id => client.CancelAsync(id)),
        LifeStep.Promote => PromoteAsync(a),
        LifeStep.Requeue => OnTaskAsync(a, b, RequeueAsync),
        _ => OnTaskAsync(a, b, PurgeAsync),
    };

    /// <summary>Takes all rules away and works until nothing is left to do.</summary>
    public async Task EndAsync()
    {
        for (int i = 0; i < 2; i++)
        {
            await client.Flow.SetGroupAsync($"g{i}");
            await client.Flow.SetLimitAsync($"t{i}", null);
            await client.Flow.SetTypeRateAsync($"t{i}", null);
            await client.ResumeTypeAsync($"t{i}");
        }

        for (int round = 0; round < 200; round++)
        {
            while (held.Count > 0)
                await SettleAsync(0, StepKind.Complete);
            while (await PromoteAsync(0))
            {
            }

            await FetchAsync(consumers[round % consumers.Length], 100);
            QueueStats stats = await client.GetStatsAsync();
            if (stats.Queued.Values.Sum() + stats.Returned + stats.Running + stats.Delayed + stats.InSidings == 0)
                return;
        }

        Assert.Fail($"Something waits for ever: {await client.GetStatsAsync()}");
    }

    private static UniqueOptions Unique(int a, int b) => new($"k{a % 2}") { Scope = Scopes[a % 3], Conflict = (UniqueConflict)(b % 3) };

    private void Accept(string id)
    {
        if (Accepted.Add(id))
            order.Add(id);
    }

    private async Task SubmitAsync(SubmitOptions options, int b)
    {
        try
        {
            Accept(await client.SubmitAsync($"t{b % 2}", calls++, options));
        }
        catch (DuplicateTaskException)
        {
        }
    }

    private async Task SubmitChainAsync(int length)
    {
        foreach (string id in await client.SubmitChainAsync(Enumerable.Range(0, length).Select(i => new TaskDraft($"t{i % 2}", calls++, new SubmitOptions { MaxRetries = 0 }))))
            Accept(id);
    }

    private async Task SubmitBatchAsync(int members, int b)
    {
        string id = $"batch{Batches.Count}";
        BatchOptions options = new()
        {
            Id = id,
            Base = b % 2 == 0 ? new { shared = true } : null,
            Members = new SubmitOptions { Group = b % 3 == 0 ? "g1" : null, MaxRetries = 0 },
            OnCompleted = new TaskDraft("t0", "completed"),
            OnSuccess = new TaskDraft("t1", "success"),
        };
        await client.SubmitBatchAsync($"t{b % 2}", Enumerable.Range(0, members).Select(i => new { i }).ToAsyncEnumerable(), options);
        Batches.Add(id);
        foreach (string name in Enumerable.Range(0, members).Select(i => $"{i}").Concat(["completed", "success"]))
            Accept($"{id}.{name}");
    }

    private async Task FetchAsync(ModelConsumer consumer, int count)
    {
        List<TaskEntry> entries = await (count % 3 == 0 ? consumer.FetchAsync(count) : consumer.FetchSidingsAsync(count));
        FlowRules rules = new();
        rules.Note("now", await redis.ExecuteAsync("HGETALL", keys.FlowTypes));
        Diverter diverter = new(consumer.Scripts, rules, consumer.Choice, consumer.Recovery, NullLogger<Diverter>.Instance);
        foreach (TaskEntry delivered in entries)
        {
            bool suits = delivered is not { HasSlot: true, HasRecord: true, Affinity: { } affinity, Passes: 0 } || affinity == $"{count % 2}";
            TaskEntry entry = suits ? delivered : await consumer.Scripts.ExchangeAsync(delivered, [$"{count % 2}"]) ?? delivered;
            if (diverter.MustWait(entry) && (await diverter.DivertAsync([entry], [])).Count == 0)
                continue;
            if (entry.Unique?[0] == 's')
                await consumer.Scripts.StartAsync(entry);
            held.Add((consumer, entry));
        }
    }

    private async Task SettleAsync(int which, StepKind how)
    {
        if (held.Count == 0)
            return;
        (ModelConsumer consumer, TaskEntry entry) = held[which % held.Count];
        held.RemoveAt(which % held.Count);
        bool cancelling = await redis.SortedSetScoreAsync(keys.Cancelling, entry.TaskId) is not null;
        await consumer.SettleAsync(cancelling && how == StepKind.Fail ? StepKind.StopCancelled : how, entry, calls++);
    }

    /// <summary>The lease runs out. What the worker held stays in its hands, for it may only have been paused.</summary>
    private async Task KillAsync(int dead)
    {
        await consumers[dead].LoseLeaseAsync();
        await consumers[(dead + 1) % consumers.Length].Recovery.RecoverAsync(consumers[dead].Name);
        await redis.HashSetAsync(keys.Flow, [new("w:" + consumers[dead].Name, 2), new("window", 2 * consumers.Length)]); // a fresh worker of that name
    }

    private async Task<bool> PromoteAsync(int which)
    {
        RedisValue[] waiting = [.. (await redis.SortedSetRangeByRankAsync(keys.Delayed)).Where(id => !redis.HashExists(keys.Record(id!), "open"))];
        if (waiting.Length == 0)
            return false;
        await redis.SortedSetAddAsync(keys.Delayed, waiting[which % waiting.Length], 0); // its time has come
        await consumers[0].Promoter.PromoteOnceAsync();
        return true;
    }

    private async Task RequeueAsync(string id)
    {
        try
        {
            await client.DeadLetters.RequeueAsync(id);
        }
        catch (DuplicateTaskException)
        {
        }
    }

    private async Task PurgeAsync(string id)
    {
        if (!await client.DeadLetters.PurgeAsync(id))
            return;
        Accepted.Remove(id);
        order.Remove(id);
        Purged.Add(id);
    }

    private Task OnTaskAsync(int a, int b, Func<string, Task> act) => order.Count == 0 ? Task.CompletedTask : act(order[((10 * a) + b) % order.Count]);
}
