using System.Runtime.InteropServices;
using System.Text;
using Runnel.TestKit;

namespace Runnel.EndToEnd.Tests;

public sealed class DemoTests(RedisFixture redis) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("runnel-test-").FullName;
    private readonly string mark = $"RUNNEL_TEST_MARK_{Guid.NewGuid():N}";

    // Its processes inherit the mark, so that none can hide; its temporary files go where we can count them; Bybit is out of reach.
    private Dictionary<string, string> Environment => new() { [mark] = "1", ["TMPDIR"] = folder, ["HTTPS_PROXY"] = "http://127.0.0.1:1" };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Backtests_real_klines_and_leaves_nothing_behind()
    {
        Assert.SkipWhen(TestFolders.Shared is null, TestFolders.NoShared);
        string klines = Path.Combine(TestFolders.Shared, "data", "klines", "bybit-linear-BTCUSDT-60.csv.gz");

        CliResult demo = await Cli.RunAsync(["demo", "--klines", klines], environment: Environment);

        Assert.Equal(0, demo.ExitCode);
        Assert.Contains("44,766 bars from file bybit-linear-BTCUSDT-60.csv.gz", demo.Output, StringComparison.Ordinal);
        Assert.Matches(@"initial capital +10,000\.00", demo.Output);
        Assert.Matches(@"equity +[▁-█]{60}", demo.Output);
        Assert.DoesNotContain('\u001b', demo.Output);
        AssertNothingLeft();
    }

    [Fact]
    public async Task Falls_back_to_the_synthetic_market_and_says_so()
    {
        CliResult demo = await Cli.RunAsync(["demo"], environment: Environment);

        Assert.Equal(0, demo.ExitCode);
        Assert.Contains("Klines: the synthetic market, which is invented", demo.Output, StringComparison.Ordinal);
        Assert.Contains("say nothing about a real market", demo.Output, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Fact]
    public async Task Uses_a_Redis_that_it_was_given()
    {
        CliResult demo = await Cli.RunAsync(["demo", "--redis-url", redis.Url, "--stream", redis.NewQueue()], environment: Environment);

        Assert.Equal(0, demo.ExitCode);
        Assert.DoesNotContain("private Redis", demo.Output, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Theory]
    [InlineData("Started a private Redis")]
    [InlineData("Submitted task")]
    public async Task Stops_everything_when_interrupted(string when)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        await using RunningTool demo = RunningTool.Start(["demo"], Environment);
        await demo.LineAsync(when);

        demo.Signal(PosixSignal.SIGINT);

        Assert.Equal(130, await demo.ExitAsync());
        Assert.DoesNotContain("   at ", demo.Said, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Theory]
    [InlineData("nowhere.csv", "there is no such file")]
    [InlineData("bybit-linear-ETHUSDT-60.csv", "not BTCUSDT 1h linear")]
    public async Task A_wrong_klines_file_ends_it_before_anything_is_started(string name, string expected)
    {
        string file = Path.Combine(folder, name);
        if (name != "nowhere.csv")
            await File.WriteAllTextAsync(file, "timestamp_ms,open,high,low,close,volume\n0,1,1,1,1,1\n", TestContext.Current.CancellationToken);

        CliResult demo = await Cli.RunAsync(["demo", "--klines", file], environment: Environment);
        File.Delete(file);

        Assert.Equal(1, demo.ExitCode);
        Assert.Contains(expected, demo.Errors, StringComparison.Ordinal);
        Assert.Empty(demo.Output);
        AssertNothingLeft();
    }

    private void AssertNothingLeft()
    {
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(folder), entry => Path.GetFileName(entry).StartsWith("runnel-", StringComparison.Ordinal));
        if (OperatingSystem.IsLinux())
            Assert.DoesNotContain(Directory.EnumerateDirectories("/proc"), BearsTheMark);
    }

    private bool BearsTheMark(string process)
    {
        try
        {
            return int.TryParse(Path.GetFileName(process), out int id) && Processes.IsRunning(id)
                && Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(process, "environ"))).Contains(mark, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // it ended meanwhile, or is another user's
        }
    }
}
