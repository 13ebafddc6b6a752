using Runnel.Redis;
using Runnel.TestKit;
using Runnel.Tests.Flow;
using StackExchange.Redis;

namespace Runnel.Tests.Worker;

public sealed class UnreadableEntryTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_is_no_task_becomes_a_dead_letter_with_its_fields_and_stops_nothing()
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler("echo", (_, _) => Task.FromResult<object?>(1)));
        NameValueEntry[][] entries =
        [
            [new("foo", "bar")],
            [new("v", "9"), new("type", "echo")],
            [new("type", "has blanks")],
            [new("type", new byte[] { 0xC3, 0x28 })],
            [new(new byte[] { 0xFF, 0x00 }, new byte[] { 0xFE, 0x01 })],
            [new("type", "echo"), new("timeout", "soon")],
            [new("data", "{not json")],
            [new("data", "[]")],
        ];

        List<string> ids = [];
        foreach (NameValueEntry[] entry in entries)
            ids.Add("n" + await redis.Database.StreamAddAsync(host.Keys.Queue, entry));
        string good = await host.Client.SubmitAsync("echo", 1, cancellationToken: TestContext.Current.CancellationToken);
        await host.Client.WaitForResultAsync<int>(good, Deadline, TestContext.Current.CancellationToken);

        foreach (string id in ids)
        {
            TaskInfo task = await host.Client.WaitAsync(id, Deadline, TestContext.Current.CancellationToken);
            Assert.Equal((TaskState.Failed, "unreadable"), (task.State, task.Reason));
            Assert.Single(task.Errors);
        }

        List<DeadLetter> letters = await host.Client.DeadLetters.ListAsync(cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(entries.Length, letters.Count);
        Assert.Contains(letters, l => l.Payload == "[\"foo\",\"bar\"]");
    }

    public static readonly TheoryData<byte[]> WrongIds = [.. new byte[][]
    {
        "has blanks"u8.ToArray(), "no\u00a0break"u8.ToArray(), "wide\u3000blank"u8.ToArray(), "bell\a"u8.ToArray(), [0xC3, 0x28], [0xED, 0xA0, 0x80], [],
        System.Text.Encoding.UTF8.GetBytes(new string('x', 201)), System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("\U0001F600", 101))),
    }];

    [Theory]
    [MemberData(nameof(WrongIds))]
    public async Task A_wrong_id_in_a_dead_workers_hands_leaves_one_dead_letter_and_no_other_record(byte[] id)
    {
        QueueKeys keys = new(redis.NewQueue(), "workers");
        await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = keys.Queue }, TestContext.Current.CancellationToken);
        string entry = "n" + await redis.Database.StreamAddAsync(keys.Queue, [new("type", "echo"), new("id", id)]);
        TaskEntry read = Assert.Single(await Deaths.DeliverAsync(redis.Database, keys, "dead"));

        await Deaths.RecoverAsync(redis.Database, keys, "dead");

        List<string> records = [];
        await foreach (RedisKey key in redis.Connection.GetServers()[0].KeysAsync(pattern: keys.RecordPrefix + "*").WithCancellation(TestContext.Current.CancellationToken))
            records.Add(key!);
        Assert.Equal((entry, true), (read.TaskId, read.Unreadable is not null));
        Assert.Equal([keys.RecordPrefix + entry], records);
        TaskInfo task = (await client.FindAsync(entry, TestContext.Current.CancellationToken))!;
        Assert.Equal((TaskState.Failed, "unreadable"), (task.State, task.Reason));
        Assert.Contains("200 characters without blanks", Assert.Single(task.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_id_of_wide_characters_names_the_task_before_and_after_a_workers_death()
    {
        QueueKeys keys = new(redis.NewQueue(), "workers");
        string id = new('\u6f22', 200);
        await redis.Database.StreamAddAsync(keys.Queue, [new("type", "echo"), new("id", id), new("group", id)]);
        TaskEntry before = Assert.Single(await Deaths.DeliverAsync(redis.Database, keys, "dead"));

        await Deaths.RecoverAsync(redis.Database, keys, "dead");
        TaskEntry after = Assert.Single(await Deaths.DeliverAsync(redis.Database, keys, "other"));

        Assert.Equal((id, id, id, id), (before.TaskId, before.Group, after.TaskId, after.Group));
        Assert.True(await redis.Database.KeyExistsAsync(keys.Record(id)));
    }

    [Fact]
    public async Task Runs_the_single_field_entries_of_older_producers()
    {
        await using TestHost host = await TestHost.StartAsync(redis, b => b.AddTaskHandler<int[]>("sum", (numbers, context, _) =>
            Task.FromResult<object?>($"{numbers.Sum()} {context.Attempt} {context.MaxRetries} {context.Priority}")));

        await redis.Database.StreamAddAsync(host.Keys.Queue, "data",
            """{"task_id":"old-1","task_type":"sum","payload":[1,2,3],"priority":10,"max_retries":5,"retry_count":1,"timeout_seconds":60,"created_at":"2024-01-01T00:00:00"}""");

        await Eventually.TrueAsync(
            async () => await host.Client.GetResultAsync<string>("old-1") is not null, Deadline, "the result is there", TestContext.Current.CancellationToken);
        Assert.Equal("6 2 5 High", await host.Client.GetResultAsync<string>("old-1", TestContext.Current.CancellationToken));
    }
}
