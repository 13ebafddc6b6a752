using System.Text.Json;
using Runnel.TestKit;

namespace Runnel.EndToEnd.Tests;

public sealed class SubmitTests(RedisFixture redis) : IAsyncLifetime
{
    private readonly string queue = redis.NewQueue();
    private RunningTool? workers;

    public async ValueTask InitializeAsync() => workers = await RunningTool.StartWorkersAsync(redis.Url, queue, workers: 1);

    public async ValueTask DisposeAsync()
    {
        if (workers is not null)
            await workers.DisposeAsync();
    }

    [Fact]
    public async Task Waits_for_the_result_and_prints_nothing_else_on_standard_output()
    {
        CliResult result = await RunAsync("submit", "diag.echo", "--payload", """{"a":[1,2]}""", "--wait");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("""{"a":[1,2]}""", result.Output.Trim());
    }

    [Theory]
    [InlineData("-")]
    [InlineData("@")]
    public async Task Takes_the_payload_from_standard_input_or_a_file(string from)
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "\"from afar\"", TestContext.Current.CancellationToken);

        CliResult result = await Cli.RunAsync(
            ["submit", "diag.echo", "--payload", from == "@" ? $"@{file}" : "-", "--wait", "--redis-url", redis.Url, "--stream", queue], input: "\"from afar\"");
        File.Delete(file);

        Assert.Equal("\"from afar\"", result.Output.Trim());
    }

    [Fact]
    public async Task Its_id_leads_to_status_and_result()
    {
        string id = (await RunAsync("submit", "diag.sleep", "--payload", """{"ms":1}""", "--priority", "critical", "--max-retries", "7")).Output.Trim();
        await WaitAsync(id);

        using JsonDocument status = JsonDocument.Parse((await RunAsync("status", id, "--json")).Output);
        CliResult result = await RunAsync("result", id);

        Assert.Equal("completed", status.RootElement.GetProperty("state").GetString());
        Assert.Equal(20, status.RootElement.GetProperty("priority").GetInt32());
        Assert.Equal(7, status.RootElement.GetProperty("max_retries").GetInt32());
        Assert.Equal("""{"slept_ms":1}""", result.Output.Trim());
    }

    [Fact]
    public async Task A_task_that_fails_is_retried_and_then_listed_with_its_error_history()
    {
        CliResult submitted = await RunAsync("submit", "diag.fail", "--payload", """{"message":"as ordered"}""", "--max-retries", "1", "--wait");

        using JsonDocument letters = JsonDocument.Parse((await RunAsync("dlq", "list", "--json")).Output);
        CliResult plain = await RunAsync("dlq", "list");

        JsonElement letter = Assert.Single(letters.RootElement.EnumerateArray());
        Assert.Equal(1, submitted.ExitCode);
        Assert.Contains("as ordered", submitted.Errors, StringComparison.Ordinal);
        Assert.Equal([1, 2], letter.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("attempt").GetInt32()));
        Assert.Equal("as ordered", letter.GetProperty("payload").GetProperty("message").GetString());
        Assert.Equal(2, plain.Output.Split('\n').Count(line => line.Contains("as ordered", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("diag.sleep", """{"mss":1}""", "mss is no field of diag.sleep")]
    [InlineData("diag.sleep", "{}", "ms is missing")]
    [InlineData("diag.burn", """{"ms":-1}""", "ms is -1")]
    [InlineData("diag.fail", """{"message":7}""", "message is 7")]
    public async Task A_wrong_diagnostic_payload_is_rejected_at_once_naming_its_field(string type, string payload, string expected)
    {
        CliResult result = await RunAsync("submit", type, "--payload", payload, "--wait");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.Contains("after 1 attempt", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stats_count_what_was_done_in_plain_text()
    {
        await RunAsync("submit", "diag.noop", "--wait");

        CliResult stats = await RunAsync("stats");

        Assert.Contains("tasks_completed  1", stats.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', stats.Output);
    }

    private Task<CliResult> RunAsync(params string[] arguments) => Cli.RunAsync([.. arguments, "--redis-url", redis.Url, "--stream", queue]);

    private async Task WaitAsync(string id)
    {
        await using RunnelClient client = await RunnelClient.ConnectAsync(
            new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, TestContext.Current.CancellationToken);
        await client.WaitAsync(id, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
