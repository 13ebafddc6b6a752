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

    public static WorkerProcess Start(string address, string queue, int slots) => Start(address, "--worker", queue, $"{slots}");

    /// <summary>One that has the strategy tester, with records and nothing else in a folder.</summary>
    public static WorkerProcess Start(string address, string queue, int slots, string folder) => Start(address, "--trading-worker", queue, $"{slots}", folder);

    private static WorkerProcess Start(string address, params string[] arguments) => new(Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments)
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

    /// <summary>What the child with the strategy tester does.</summary>
    public static async Task RunTradingAsync(string address, string queue, int slots, string folder)
    {
        await using BenchHost host = await BenchHost.StartAsync(address, queue, slots, b => OptimizeBench.Handlers(b, folder));
        await Console.In.ReadToEndAsync();
    }

    public async Task StopAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
