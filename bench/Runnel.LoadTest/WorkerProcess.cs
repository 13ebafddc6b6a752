using System.Diagnostics;

namespace Runnel.LoadTest;

/// <summary>A worker in a process of its own: this program again, until its standard input closes.</summary>
internal sealed class WorkerProcess
{
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

    public static WorkerProcess Start(string address, string queue, int slots) => new(Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["--worker", queue, $"{slots}"])
    {
        RedirectStandardInput = true,
        UseShellExecute = false,
        Environment = { ["REDIS_URL"] = address },
    })!);

    /// <summary>What the child does.</summary>
    public static async Task RunAsync(string address, string queue, int slots)
    {
        await using BenchHost host = await BenchHost.StartAsync(address, queue, slots, b => b.AddTaskHandler("wait5", async (_, cancellationToken) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
            return null;
        }));
        await Console.In.ReadToEndAsync();
    }

    public async Task StopAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
