using System.Text.Json;
using Runnel.TestKit;

namespace Runnel.EndToEnd.Tests;

public sealed class ScheduleTests(RedisFixture redis)
{
    private readonly string queue = redis.NewQueue();

    [Fact]
    public async Task A_schedule_is_added_shown_changed_and_removed()
    {
        CliResult added = await RunAsync(
            "schedule", "add", "nightly", "--cron", "30 2 * * *", "--time-zone", "Europe/Berlin", "--type", "diag.echo", "--payload", """{"a":1}""",
            "--overlap", "cancel-previous", "--misfire", "all:3", "--expires-after", "2h", "--priority", "high", "--paused");
        using JsonDocument shown = JsonDocument.Parse((await RunAsync("schedule", "show", "nightly", "--json")).Output);
        CliResult updated = await RunAsync("schedule", "update", "nightly", "--misfire", "once");
        CliResult resumed = await RunAsync("schedule", "resume", "nightly");
        using JsonDocument list = JsonDocument.Parse((await RunAsync("schedule", "list", "--json")).Output);
        using JsonDocument next = JsonDocument.Parse((await RunAsync("schedule", "next", "nightly", "--count", "3", "--json")).Output);
        CliResult plain = await RunAsync("schedule", "list");
        CliResult removed = await RunAsync("schedule", "rm", "nightly");
        CliResult empty = await RunAsync("schedule", "list");

        JsonElement schedule = shown.RootElement, after = Assert.Single(list.RootElement.EnumerateArray());
        Assert.Contains("it is paused", added.Output, StringComparison.Ordinal);
        Assert.Equal("""{"a":1}""", schedule.GetProperty("payload").GetRawText().Replace(" ", "", StringComparison.Ordinal).ReplaceLineEndings(""));
        Assert.Equal(
            ("30 2 * * *", "Europe/Berlin", "cancel-previous", "all:3", 7200, 10, true),
            (Text(schedule, "cron"), Text(schedule, "time_zone"), Text(schedule, "overlap"), Text(schedule, "misfire"),
                schedule.GetProperty("expires_after_seconds").GetInt32(), schedule.GetProperty("priority").GetInt32(), schedule.GetProperty("paused").GetBoolean()));
        Assert.Equal([0, 0, 0], [updated.ExitCode, resumed.ExitCode, removed.ExitCode]);
        Assert.Equal(
            ("once", "cancel-previous", false, Text(next.RootElement[0])),
            (Text(after, "misfire"), Text(after, "overlap"), after.GetProperty("paused").GetBoolean(), Text(after, "next_fire")));
        Assert.Equal(3, next.RootElement.GetArrayLength());
        Assert.Matches("nightly +30 2 \\* \\* \\* +Europe/Berlin", plain.Output);
        Assert.Contains("No schedules.", empty.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schedule_fires_in_worker_processes_and_on_demand()
    {
        await RunAsync("schedule", "add", "often", "--cron", "* * * * * *", "--type", "diag.echo", "--payload", "7");
        await using RunningTool workers = await RunningTool.StartWorkersAsync(redis.Url, queue, workers: 2);
        string id = (await RunAsync("schedule", "trigger", "often")).Output.Trim();
        await using RunnelClient client = await RunnelClient.ConnectAsync(
            new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, TestContext.Current.CancellationToken);

        int result = await client.WaitForResultAsync<int>(id, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await SubmittedAsync(client, least: 4);
        await RunAsync("schedule", "pause", "often");
        ScheduleInfo info = (await client.Schedules.GetAsync("often", TestContext.Current.CancellationToken))!;
        await Eventually.TrueAsync(
            async () => (await client.GetStatsAsync(TestContext.Current.CancellationToken)).Completed >= info.Submitted,
            TimeSpan.FromSeconds(30), "all its tasks have run", TestContext.Current.CancellationToken);

        Assert.Equal(7, result);
        Assert.StartsWith("schedule:often:now-", id, StringComparison.Ordinal);
        Assert.Equal(info.Submitted, (await client.GetStatsAsync(TestContext.Current.CancellationToken)).Completed);
    }

    [Fact]
    public async Task No_fire_time_is_lost_or_doubled_when_all_workers_are_killed_and_start_again()
    {
        await RunAsync("schedule", "add", "often", "--cron", "* * * * * *", "--type", "diag.noop");
        await using RunnelClient client = await RunnelClient.ConnectAsync(
            new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, TestContext.Current.CancellationToken);
        DateTimeOffset first = (await client.Schedules.GetAsync("often", TestContext.Current.CancellationToken))!.NextFire!.Value;
        await using (RunningTool doomed = await RunningTool.StartWorkersAsync(redis.Url, queue, workers: 3))
        {
            await SubmittedAsync(client, least: 3);
            doomed.Kill();
        }

        await using RunningTool workers = await RunningTool.StartWorkersAsync(redis.Url, queue, workers: 3);
        await SubmittedAsync(client, least: 8);
        await client.Schedules.PauseAsync("often", TestContext.Current.CancellationToken);

        ScheduleInfo info = (await client.Schedules.GetAsync("often", TestContext.Current.CancellationToken))!;
        Assert.Equal(((long)(info.LastFire!.Value - first).TotalSeconds + 1, 0L), (info.Submitted, info.Missed));
        for (DateTimeOffset at = first; at <= info.LastFire; at = at.AddSeconds(1))
        {
            string id = $"schedule:often:{at.ToUnixTimeMilliseconds()}";
            Assert.Equal(TaskState.Completed, (await client.WaitAsync(id, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).State);
        }

        Assert.Equal(info.Submitted, (await client.GetStatsAsync(TestContext.Current.CancellationToken)).Completed);
    }

    private static Task SubmittedAsync(RunnelClient client, long least) => Eventually.TrueAsync(
        async () => (await client.Schedules.GetAsync("often", TestContext.Current.CancellationToken))!.Submitted >= least,
        TimeSpan.FromSeconds(40), $"it has fired {least} times", TestContext.Current.CancellationToken);

    private static string? Text(JsonElement element, string? property = null) => (property is null ? element : element.GetProperty(property)).GetString();

    private Task<CliResult> RunAsync(params string[] arguments) => Cli.RunAsync([.. arguments, "--redis-url", redis.Url, "--stream", queue]);
}
