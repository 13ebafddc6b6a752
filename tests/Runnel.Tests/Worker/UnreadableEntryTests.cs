using Runnel.TestKit;
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
