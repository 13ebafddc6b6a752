using System.Text;
using System.Text.Json;
using Runnel.Redis;
using Runnel.TestKit;
using Runnel.Worker;
using StackExchange.Redis;

namespace Runnel.Tests.Interop;

/// <summary>What a broken producer may send: it ends with the dead letters, with its raw fields, and stops nothing.</summary>
public sealed class GarbageTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hundred_entries_of_random_bytes_are_kept_to_the_byte()
    {
        await using TestHost host = await StartAsync();
        Random random = new(20);
        Dictionary<string, byte[][]> sent = [];
        for (int i = 0; i < 200; i++)
        {
            byte[][] fields = [.. Enumerable.Range(0, 2 * random.Next(1, 6)).Select(_ => Bytes(random, random.Next(0, 60)))];
            NameValueEntry[] entry = [.. fields.Chunk(2).Select(pair => new NameValueEntry(pair[0], pair[1]))];
            sent["n" + await redis.Database.StreamAddAsync(host.Keys.Queue, entry)] = fields;
        }

        await RunsAsync(host);
        foreach (string id in sent.Keys)
            await host.Client.WaitAsync(id, Deadline, Cancelled);

        foreach ((string id, byte[][] fields) in sent)
        {
            DeadLetter? letter = await host.Client.DeadLetters.FindAsync(id, Cancelled);
            Assert.Equal("unreadable", letter!.Task.Reason);
            Assert.Equal(fields, JsonSerializer.Deserialize<string[]>(letter.Payload)!.Select(ToBytes));
        }
    }

    [Theory]
    [InlineData("{\"task_type\":\"echo\",\"task_id\":\"two words\"}")]
    [InlineData("{\"task_type\":\"echo\",\"priority\":\"urgent\"}")]
    [InlineData("{\"task_type\":7}")]
    [InlineData("{\"task_type\":\"\"}")]
    [InlineData("{\"payload\":{}}")]
    [InlineData("\"echo\"")]
    [InlineData("")]
    public async Task A_data_field_that_is_no_task_is_a_dead_letter(string data)
    {
        await using TestHost host = await StartAsync();

        string id = "n" + await redis.Database.StreamAddAsync(host.Keys.Queue, "data", data);
        TaskInfo task = await host.Client.WaitAsync(id, Deadline, Cancelled);
        await RunsAsync(host);

        Assert.Equal((TaskState.Failed, "unreadable"), (task.State, task.Reason));
        Assert.Equal(["data", data], JsonSerializer.Deserialize<string[]>((await host.Client.DeadLetters.FindAsync(id, Cancelled))!.Payload)!);
    }

    [Fact]
    public async Task A_data_field_of_wrong_utf8_is_a_dead_letter()
    {
        await using TestHost host = await StartAsync();
        byte[] data = [.. "{\"task_type\":\"echo\",\"payload\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        string id = "n" + await redis.Database.StreamAddAsync(host.Keys.Queue, "data", data);
        TaskInfo task = await host.Client.WaitAsync(id, Deadline, Cancelled);
        await RunsAsync(host);

        Assert.Equal(TaskState.Failed, task.State);
    }

    [Fact]
    public async Task An_unknown_type_is_a_dead_letter_that_names_the_known_ones_and_can_be_requeued()
    {
        await using TestHost host = await StartAsync();

        string id = await host.Client.SubmitAsync("ecko", new { x = 1 }, cancellationToken: Cancelled);
        TaskInfo task = await host.Client.WaitAsync(id, Deadline, Cancelled);

        Assert.Equal((TaskState.Failed, "no_handler", 1), (task.State, task.Reason, task.Attempt));
        Assert.Contains("echo", task.Errors.Single().Message, StringComparison.Ordinal);
        Assert.True(await host.Client.DeadLetters.RequeueAsync(id, Cancelled));
    }

    [Fact]
    public async Task Values_of_ten_megabytes_are_kept_whole_and_stop_nothing()
    {
        await using TestHost host = await StartAsync();
        await using RunnelClient client = await ConnectAsync(host.Keys); // not behind megabytes on the worker's connection
        byte[] large = new byte[10_000_000];
        new Random(1).NextBytes(large);
        string text = new('x', 10_000_000);

        string unreadable = "n" + await redis.Database.StreamAddAsync(host.Keys.Queue, [new("blob", large), new("type", "has blanks")]);
        string noJson = "n" + await redis.Database.StreamAddAsync(host.Keys.Queue, [new("type", "echo"), new("payload", text)]);
        string good = await client.SubmitAsync("length", text, cancellationToken: Cancelled);

        Assert.Equal(10_000_000, await client.WaitForResultAsync<int>(good, Deadline, Cancelled));
        Assert.Equal("unreadable", (await client.WaitAsync(unreadable, Deadline, Cancelled)).Reason);
        Assert.Equal("rejected", (await client.WaitAsync(noJson, Deadline, Cancelled)).Reason);
        string kept = JsonSerializer.Deserialize<string[]>((await client.DeadLetters.FindAsync(unreadable, Cancelled))!.Payload)![1];
        Assert.Equal(large, ToBytes(kept));
    }

    [Theory]
    [InlineData(1, TaskState.Queued)]
    [InlineData(1000, TaskState.Queued)]
    [InlineData(6000, TaskState.Failed)]
    public async Task An_entry_of_many_fields_does_not_hold_up_the_recovery_of_a_dead_worker(int fields, TaskState state)
    {
        QueueKeys keys = new(redis.NewQueue(), "workers");
        await using RunnelClient client = await ConnectAsync(keys);
        await QueueGroups.EnsureAsync(redis.Database, keys);
        string id = "n" + await redis.Database.StreamAddAsync(keys.Queue, ManyFields(fields));
        string behind = await client.SubmitAsync("echo", 1, cancellationToken: Cancelled);
        await redis.Database.StreamReadGroupAsync(keys.Queue, keys.Group, "dead", StreamPosition.NewMessages);

        int moved = await new SettleScripts(redis.Database, keys, new RunnelOptions(), new WorkerOptions { Name = "other" }).RecoverAsync(QueueKeys.Normal, "dead");

        Assert.Equal(2, moved);
        Assert.Equal(state, (await client.FindAsync(id, Cancelled))!.State);
        Assert.Equal(TaskState.Queued, (await client.FindAsync(behind, Cancelled))!.State);
        Assert.Equal(0, await redis.Database.StreamLengthAsync(keys.Queue));
    }

    [Fact]
    public async Task An_entry_of_too_many_fields_is_a_dead_letter_with_all_of_them()
    {
        await using TestHost host = await StartAsync();

        string id = "n" + await redis.Database.StreamAddAsync(host.Keys.Queue, [.. ManyFields(6000), new NameValueEntry("type", "echo")]);
        TaskInfo task = await host.Client.WaitAsync(id, Deadline, Cancelled);

        Assert.Equal("unreadable", task.Reason);
        Assert.Equal(12_002, JsonSerializer.Deserialize<string[]>((await host.Client.DeadLetters.FindAsync(id, Cancelled))!.Payload)!.Length);
    }

    [Fact]
    public async Task Fields_named_like_those_of_a_record_stay_out_of_it()
    {
        QueueKeys keys = new(redis.NewQueue(), "workers");
        await using RunnelClient client = await ConnectAsync(keys);
        await QueueGroups.EnsureAsync(redis.Database, keys);
        NameValueEntry[] entry = [new("type", "echo"), new("error:x", "1"), new("error:7", "no error"), new("lane", "none"), new("progress", "9"), new("raw", "x")];
        await redis.Database.StreamAddAsync(keys.Queue, entry);
        await redis.Database.StreamReadGroupAsync(keys.Queue, keys.Group, "dead", StreamPosition.NewMessages);
        await new SettleScripts(redis.Database, keys, new RunnelOptions(), new WorkerOptions { Name = "other", MaxCrashes = 1 }).RecoverAsync(QueueKeys.Normal, "dead");

        List<DeadLetter> letters = await client.DeadLetters.ListAsync(cancellationToken: Cancelled).ToListAsync(Cancelled);
        bool requeued = await client.DeadLetters.RequeueAsync(letters[0].Task.Id, Cancelled);
        TaskInfo? queued = await client.FindAsync(letters[0].Task.Id, Cancelled);

        Assert.Equal(("poison", null), (Assert.Single(letters).Task.Reason, letters[0].Task.Progress));
        Assert.Contains("Its worker died", Assert.Single(letters[0].Task.Errors).Message, StringComparison.Ordinal);
        Assert.True(requeued);
        Assert.Equal(TaskState.Queued, queued!.State);
    }

    [Fact]
    public async Task A_large_entry_that_waits_can_be_cancelled()
    {
        QueueKeys keys = new(redis.NewQueue(), "workers");
        await using RunnelClient client = await ConnectAsync(keys);
        string id = "n" + await redis.Database.StreamAddAsync(keys.Queue, ManyFields(6000));

        CancelResult result = await client.CancelAsync(id, Cancelled);

        Assert.Equal(CancelResult.Cancelled, result);
        Assert.Equal(TaskState.Cancelled, (await client.FindAsync(id, Cancelled))!.State);
    }

    [Fact]
    public async Task A_poison_task_of_an_older_producer_can_be_looked_at_and_requeued()
    {
        QueueKeys keys = new(redis.NewQueue(), "workers");
        await using RunnelClient client = await ConnectAsync(keys);
        await QueueGroups.EnsureAsync(redis.Database, keys);
        await redis.Database.StreamAddAsync(keys.Queue, "data", """{"task_id":"old-2","task_type":"echo","payload":[1.50,[]]}""");
        await redis.Database.StreamReadGroupAsync(keys.Queue, keys.Group, "dead", StreamPosition.NewMessages);
        SettleScripts other = new(redis.Database, keys, new RunnelOptions(), new WorkerOptions { Name = "other", MaxCrashes = 1 });
        await other.RecoverAsync(QueueKeys.Normal, "dead");

        DeadLetter? letter = await client.DeadLetters.FindAsync("old-2", Cancelled);
        bool requeued = await client.DeadLetters.RequeueAsync("old-2", Cancelled);
        await using TestHost host = await StartAsync(keys.Queue);
        await client.WaitAsync("old-2", Deadline, Cancelled);

        Assert.Equal(("echo", "poison"), (letter!.Task.Type, letter.Task.Reason));
        Assert.True(requeued);
        Assert.Equal("[1.50,[]]", await client.GetResultJsonAsync("old-2", Cancelled));
    }

    private Task<TestHost> StartAsync(string? queue = null) => TestHost.StartAsync(
        redis,
        b => b.AddTaskHandler<JsonElement>("echo", (payload, _, _) => Task.FromResult<object?>(payload))
            .AddTaskHandler<string>("length", (payload, _, _) => Task.FromResult<object?>(payload.Length)),
        queue: queue);

    private Task<RunnelClient> ConnectAsync(QueueKeys keys) => RunnelClient.ConnectAsync(
        new RunnelOptions { RedisUrl = redis.Url, Queue = keys.Queue, MaxPayloadBytes = 16_000_000 }, Cancelled);

    private static NameValueEntry[] ManyFields(int count) => [.. Enumerable.Range(0, count).Select(i => new NameValueEntry($"f{i}", i))];

    private static async Task RunsAsync(TestHost host)
    {
        string good = await host.Client.SubmitAsync("echo", 5, cancellationToken: Cancelled);
        Assert.Equal(5, await host.Client.WaitForResultAsync<int>(good, Deadline, Cancelled));
    }

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] ToBytes(string kept) => kept.StartsWith("latin1:", StringComparison.Ordinal)
        ? Encoding.Latin1.GetBytes(kept["latin1:".Length..])
        : Encoding.UTF8.GetBytes(kept);
}
