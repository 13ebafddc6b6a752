using Runnel.TestKit;

namespace Runnel.EndToEnd.Tests;

public sealed class BadInputTests(RedisFixture redis) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("runnel-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("bogus")]
    [InlineData("")]
    [InlineData("stats --bogus")]
    [InlineData("status")]
    [InlineData("dlq")]
    [InlineData("submit diag.noop --priority urgent")]
    [InlineData("submit diag.noop --max-retries -1")]
    [InlineData("submit diag.noop --timeout soon")]
    [InlineData("submit diag.noop --delay soon")]
    [InlineData("submit diag.noop --delay 400d")]
    [InlineData("submit diag.noop --at noon")]
    [InlineData("submit diag.noop --at 2026-01-01 --delay 5")]
    [InlineData("submit diag.noop --backoff linear")]
    [InlineData("dlq requeue")]
    [InlineData("dlq requeue n1-0 --all")]
    [InlineData("dlq requeue n1-0 --type run")]
    [InlineData("dlq purge --all")]
    [InlineData("dlq list --reason boredom")]
    [InlineData("dlq list --older-than never")]
    [InlineData("cancel")]
    [InlineData("schedule")]
    [InlineData("schedule add nightly --type run")]
    [InlineData("schedule add nightly --type run --cron @daily --overlap sometimes")]
    [InlineData("schedule add nightly --type run --cron @daily --misfire all:0")]
    [InlineData("schedule next nightly --count 0")]
    [InlineData("worker --workers 0")]
    [InlineData("backtest --param fast")]
    [InlineData("backtest --set =1")]
    [InlineData("backtest --export pdf")]
    [InlineData("backtest --capital much")]
    [InlineData("worker --workers 4 5")]
    public async Task Wrong_usage_ends_with_2_and_points_to_the_help(string line)
    {
        CliResult result = await Cli.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("error: ", result.Errors, StringComparison.Ordinal);
        Assert.Contains("--help", result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("stats --redis-url redis://127.0.0.1:1", "No Redis answers at 127.0.0.1:1")]
    [InlineData("worker --redis-url redis://127.0.0.1:1", "No Redis answers at 127.0.0.1:1")]
    [InlineData("stats --redis-url http://127.0.0.1", "starts with 'http://'")]
    [InlineData("submit diag.noop --payload @nowhere.json", "nowhere.json")]
    [InlineData("submit diag.noop --payload {ms:1}", "not JSON")]
    [InlineData("status n1-0", "No task n1-0 is known")]
    [InlineData("result nonsense", "No task nonsense is known")]
    [InlineData("cancel nonsense", "No task nonsense is known")]
    [InlineData("dlq show nonsense", "nonsense is no dead letter")]
    [InlineData("schedule show nonsense", "No schedule 'nonsense' is known")]
    [InlineData("schedule rm nonsense", "No schedule 'nonsense' is known")]
    [InlineData("schedule trigger nonsense", "No schedule 'nonsense' is known")]
    [InlineData("schedule update nonsense --misfire once", "No schedule 'nonsense' is known")]
    [InlineData("schedule add nightly --type run --cron tomorrow", "cron is 'tomorrow'")]
    [InlineData("schedule add nightly --type run --cron @daily --time-zone Mars", "time_zone is 'Mars'")]
    [InlineData("schedule add nightly --type run --cron @daily --payload {", "not JSON")]
    public async Task Bad_input_ends_with_1_and_one_sentence(string line, string expected)
    {
        CliResult result = await RunAsync(line);

        Assert.Equal(1, result.ExitCode);
        AssertOneSentence(result.Errors, expected);
    }

    [Fact]
    public async Task A_wrong_password_is_said_without_showing_it()
    {
        await using RedisServer locked = await redis.StartPrivateAsync(password: "right");

        CliResult wrong = await RunAsync($"stats --redis-url redis://:guessed@127.0.0.1:{locked.Port}");
        CliResult none = await RunAsync($"stats --redis-url redis://127.0.0.1:{locked.Port}");
        CliResult right = await RunAsync($"stats --redis-url {locked.Url}");

        AssertOneSentence(wrong.Errors, "refuses the login");
        AssertOneSentence(none.Errors, "refuses the login");
        Assert.DoesNotContain("guessed", wrong.Errors, StringComparison.Ordinal);
        Assert.Equal([1, 1, 0], [wrong.ExitCode, none.ExitCode, right.ExitCode]);
    }

    [Theory]
    [InlineData("{ \"Runnel\": ", "runnel.json cannot be read")]
    [InlineData("""{ "Runnel": { "Workers": "many" } }""", "Runnel:Workers is 'many'")]
    public async Task A_wrong_settings_file_is_named(string text, string expected)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "runnel.json"), text, TestContext.Current.CancellationToken);

        CliResult result = await RunAsync("worker");

        Assert.Equal(1, result.ExitCode);
        AssertOneSentence(result.Errors, expected);
    }

    [Fact]
    public async Task Flags_go_before_the_environment_and_that_before_the_settings_file()
    {
        await File.WriteAllTextAsync(
            Path.Combine(folder, "runnel.json"), """{ "Runnel": { "Queue": "from-file", "Group": "from-file" } }""", TestContext.Current.CancellationToken);
        Dictionary<string, string> environment = new() { ["REDIS_URL"] = redis.Url, ["RUNNEL_GROUP"] = "from-environment" };

        CliResult stats = await Cli.RunAsync(["stats"], environment: environment, folder: folder);
        CliResult flagged = await Cli.RunAsync(["stats", "--stream", "from-flag"], environment: environment, folder: folder);

        Assert.Matches(@"queue +from-file\b", stats.Output);
        Assert.Matches(@"group +from-environment\b", stats.Output);
        Assert.Matches(@"queue +from-flag\b", flagged.Output);
    }

    private Task<CliResult> RunAsync(string line) =>
        Cli.RunAsync(line.Split(' '), environment: new Dictionary<string, string> { ["REDIS_URL"] = redis.Url }, folder: folder);

    private static void AssertOneSentence(string errors, string expected)
    {
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.StartsWith("error: ", errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }
}
