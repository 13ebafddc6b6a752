using System.Diagnostics;

namespace Runnel.LoadTest;

/// <summary>A worker in a process of its own: this program again, until its standard input closes.</summary>
internal sealed class WorkerProcess
{
    /// <summary>Time between two renewals of its lease: short, so that a bench sees many.</summary>
    public static readonly TimeSpan RenewInterval = TimeSpan.FromMilliseconds(100);
    private readonly Process process;

    private WorkerProcess(Process process) => this.process = process;

    public double ResidentMegabytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1024.0 / 1024.0;
        }
    }

    public double ProcessorSeconds
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime.TotalSeconds;
        }
    }

    public static WorkerProcess Start(string address, string queue, int slots, bool burns = false) =>
        Start(address, "--worker", queue, $"{slots}", burns ? "burn" : "wait");

    private static WorkerProcess Start(string address, params string[] arguments) => new(Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments)
    {
        RedirectStandardInput = true,
        UseShellExecute = false,
        Environment = { ["REDIS_URL"] = address, ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0" }, // as the tool's workers are (ADR 0150)
    })!);

    /// <summary>What the child does.</summary>
    public static async Task RunAsync(string address, string queue, int slots, bool burns)
    {
        await using BenchHost host = await BenchHost.StartAsync(address, queue, slots, b => b.AddTaskHandler("wait5", (_, cancellationToken) =>
        {
            cancellationToken.WaitHandle.WaitOne(5); // the task of the row: 5 ms, to a tenth; a timer of the runtime takes 5 to 6
            return Task.FromResult<object?>(null);
        }).AddTaskHandler("burn", (_, cancellationToken) =>
        {
            while (!cancellationToken.IsCancellationRequested)
                Thread.SpinWait(1000);
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult<object?>(null);
        }), worker => (worker.RenewInterval, worker.DrainTimeout) = (burns ? RenewInterval : worker.RenewInterval, TimeSpan.FromSeconds(1)));
        await Console.In.ReadToEndAsync();
    }

    public async Task StopAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
