using System.Diagnostics;
using System.Globalization;

namespace Runnel.LoadTest;

/// <summary>A supervisor of the <c>runnel</c> tool with its workers, one slot each, on invented klines.</summary>
internal sealed class ToolProcess
{
    private readonly Process process;

    private ToolProcess(Process process) => this.process = process;

    /// <param name="address">Redis.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="workers">Worker processes.</param>
    /// <param name="folder">For records.</param>
    /// <remarks>The program is the one that the environment variable RUNNEL_TOOL names, else <c>runnel</c> of the search path.</remarks>
    public static ToolProcess Start(string address, string queue, int workers, string folder)
    {
        ProcessStartInfo start = new(
            Environment.GetEnvironmentVariable("RUNNEL_TOOL") ?? "runnel",
            ["worker", "--workers", $"{workers}", "--concurrency", "1", "--diagnostics", "--stream", queue, "--data-dir", folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["REDIS_URL"] = address;
        (start.Environment["Runnel__Trading__AllowBybit"], start.Environment["Runnel__Trading__AllowSynthetic"]) = ("false", "true");
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ToolProcess(process);
    }

    public async Task StopAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
