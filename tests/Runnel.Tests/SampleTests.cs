using System.Diagnostics;
using Runnel.TestKit;

namespace Runnel.Tests;

public sealed class SampleTests(RedisFixture redis)
{
    [Fact]
    public async Task The_first_example_says_hello()
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "GettingStarted.dll")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { ["REDIS_URL"] = redis.Url, ["Runnel__Queue"] = redis.NewQueue() },
        };
        using Process process = Process.Start(start)!;

        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, process.ExitCode);
        Assert.Contains("Hello, world! (attempt 1)", output, StringComparison.Ordinal);
    }
}
