using System.Diagnostics;
using System.Text.Json;
using Runnel.TestKit;

namespace Runnel.Tests.Interop;

/// <summary>Runs a Python program with redis-py, the client that Python producers use.</summary>
internal static class Python
{
    public const string Missing = "No Python with the package redis is here; install it: apt-get install python3-redis. "
        + "./build.sh test does it by itself where it may.";

    /// <summary>The interpreter; null where none has redis-py. Debian's own comes first, since its package is for that one alone.</summary>
    public static string? Program { get; } = new[] { "/usr/bin/python3", "python3", "python" }.FirstOrDefault(HasRedis);

    /// <summary>Runs tests/Runnel.Tests/Interop/producer.py and reads the JSON that it prints.</summary>
    public static async Task<JsonElement> ProduceAsync(RedisFixture redis, string queue, string mode)
    {
        string script = Path.Combine(TestFolders.Repository, "tests", "Runnel.Tests", "Interop", "producer.py");
        using Process process = Start(Program!, "-X", "utf8", script, $"{redis.Server.Port}", queue, mode);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await errors);
        return JsonDocument.Parse(output).RootElement;
    }

    private static bool HasRedis(string program)
    {
        try
        {
            using Process process = Start(program, "-c", "import redis");
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception) // there is no such program
        {
            return false;
        }
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
}
