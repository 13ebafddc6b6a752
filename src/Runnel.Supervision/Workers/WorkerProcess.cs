using System.Diagnostics;

namespace Runnel.Supervision;

/// <summary>One running worker process: its lines go to ours behind a prefix; its standard input is the rope it hangs on.</summary>
/// <remarks>Orders go down that pipe, a line each (<see cref="SupervisedProcess"/>). The system closes it when we die, however we die.</remarks>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process process;
    private readonly string prefix;
    private readonly TextWriter output;

    private WorkerProcess(Process process, string prefix, TextWriter output)
    {
        this.process = process;
        this.prefix = prefix;
        this.output = output;
    }

    public int Id => process.Id;

    public bool Ready { get; private set; }

    /// <summary>The last line it wrote that was not empty.</summary>
    public string LastWords { get; private set; } = "(none)";

    public static WorkerProcess Start(SupervisorOptions options, int number, TextWriter output, TextWriter errors)
    {
        ProcessStartInfo start = new(options.Command.FileName, options.Command.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in options.Environment)
            start.Environment[name] = value;
        start.Environment[SupervisedProcess.Variable] = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Process started = Process.Start(start) ?? throw new RunnelException($"Could not start {start.FileName}.");
        WorkerProcess worker = new(started, $"[{options.Label}{number}] ", output);
        started.OutputDataReceived += (_, line) => worker.OnLine(line.Data, output);
        started.ErrorDataReceived += (_, line) => worker.OnLine(line.Data, errors);
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        return worker;
    }

    public void Drain() => Order(SupervisedProcess.DrainOrder);

    public void Stop() => Order(SupervisedProcess.StopOrder);

    public void Kill() => process.Kill(entireProcessTree: true);

    /// <summary>Waits until it has ended and its last line is forwarded.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        await output.FlushAsync(CancellationToken.None);
        return process.ExitCode;
    }

    public void Dispose() => process.Dispose();

    private void Order(string order)
    {
        try
        {
            process.StandardInput.WriteLine(order);
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // it has ended, or closed its end: whoever waits for it sees that
        }
    }

    private void OnLine(string? line, TextWriter to)
    {
        if (line is null) // the end of the stream; WaitForExitAsync waits for it
            return;
        if (line == SupervisedProcess.ReadyLine)
        {
            Ready = true;
            return;
        }

        if (line.Length > 0)
            LastWords = line;
        to.WriteLine(prefix + line);
    }
}
