using System.Diagnostics;
using Runnel.TestKit;

namespace Runnel.EndToEnd.Tests;

/// <summary>What a run of the tool left behind.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Errors);

/// <summary>Starts the built tool as users do, away from this process's settings.</summary>
internal static class Cli
{
    // From where it is built, not from beside the tests: those have ASP.NET Core, which the tool does without.
    private static readonly string Program = Path.Combine(
        TestFolders.Repository, "src", "Runnel.Cli", Path.GetRelativePath(Path.Combine(TestFolders.Repository, "tests", "Runnel.EndToEnd.Tests"), AppContext.BaseDirectory),
        OperatingSystem.IsWindows() ? "Runnel.Cli.exe" : "Runnel.Cli");

    private static readonly string[] Settings = ["REDIS_URL", "RUNNEL_STREAM", "RUNNEL_GROUP", "RUNNEL_WORKERS", "RUNNEL_CONCURRENCY", "RUNNEL_DATA_DIR", "NO_COLOR", "RUNNEL_DEBUG"];

    /// <summary>Runs it to its end.</summary>
    public static async Task<CliResult> RunAsync(
        IEnumerable<string> arguments, string input = "", IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        using Process process = Launch(arguments, environment, folder);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(90));
            return new CliResult(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    public static Process Launch(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        ProcessStartInfo start = new(Program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        foreach (string name in Settings)
            start.Environment.Remove(name);
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"Could not start {Program}.");
    }
}
