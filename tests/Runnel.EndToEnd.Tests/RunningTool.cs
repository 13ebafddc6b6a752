using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Runnel.EndToEnd.Tests;

/// <summary>A tool that runs on while its test looks at it: <c>worker</c>, <c>demo</c>. Killed with all its children at the test's end.</summary>
internal sealed class RunningTool : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly Process process;
    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();
    private readonly ConcurrentQueue<string> said = new();

    private RunningTool(Process process) => this.process = process;

    /// <summary>SIGSTOP, which pauses a process without its knowledge; the number differs between systems.</summary>
    public static int Stop { get; } = OperatingSystem.IsMacOS() ? 17 : 19;

    /// <summary>SIGCONT, which lets it go on.</summary>
    public static int Continue { get; } = OperatingSystem.IsMacOS() ? 19 : 18;

    public int Id => process.Id;

    /// <summary>All lines so far, both streams in the order of their arrival.</summary>
    public string Said => string.Join('\n', said);

    /// <summary>The worker processes that it said it started.</summary>
    public int[] Children => [.. said.Where(line => line.Contains(" started (process ", StringComparison.Ordinal))
        .Select(line => int.Parse(line[(line.LastIndexOf(' ') + 1)..].TrimEnd('.', ')')))];

    public static RunningTool Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        RunningTool tool = new(Cli.Launch(arguments, environment));
        tool.process.StandardInput.Close();
        tool.process.OutputDataReceived += (_, line) => tool.Take(line.Data);
        tool.process.ErrorDataReceived += (_, line) => tool.Take(line.Data);
        tool.process.BeginOutputReadLine();
        tool.process.BeginErrorReadLine();
        return tool;
    }

    /// <summary>Starts a supervisor and waits until each of its workers takes tasks.</summary>
    public static async Task<RunningTool> StartWorkersAsync(string redisUrl, string queue, int workers, params string[] flags)
    {
        RunningTool tool = Start(["worker", "--redis-url", redisUrl, "--stream", queue, "--workers", $"{workers}", "--diagnostics", .. flags]);
        for (int ready = 0; ready < workers; ready++)
            await tool.LineAsync("takes tasks from");
        return tool;
    }

    /// <summary>Waits for a line that was not waited for yet.</summary>
    public async Task<string> LineAsync(string part)
    {
        long started = TimeProvider.System.GetTimestamp();
        try
        {
            while (true)
            {
                TimeSpan left = Deadline - TimeProvider.System.GetElapsedTime(started); // for all lines together: a tool may go on saying something else
                string line = await lines.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero);
                if (line.Contains(part, StringComparison.Ordinal))
                    return line;
            }
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"It never said '{part}', but:\n{Said}", e);
        }
    }

    public void Signal(PosixSignal signal) => Signal(process.Id, signal);

    public static void Signal(int processId, PosixSignal signal) => Send(processId, signal == PosixSignal.SIGINT ? 2 : 15);

    /// <summary>Sends a signal for which .NET has no name: <see cref="Stop"/> or <see cref="Continue"/>.</summary>
    public static void Send(int processId, int number)
    {
        if (kill(processId, number) != 0)
            throw new InvalidOperationException($"Could not send signal {number} to process {processId}.");
    }

    public void Kill() => process.Kill();

    public async Task<int> ExitAsync()
    {
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline);
            return process.ExitCode;
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"It did not end, and said:\n{Said}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        said.Enqueue(line);
        lines.Writer.TryWrite(line);
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
#pragma warning disable SYSLIB1054, IDE1006 // LibraryImport needs unsafe code; the name is libc's
    private static extern int kill(int processId, int signal);
#pragma warning restore SYSLIB1054, IDE1006
}
