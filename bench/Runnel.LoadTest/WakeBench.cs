using System.Diagnostics;

namespace Runnel.LoadTest;

/// <summary>How soon one who waits for a result has it: from the handler's return, through the result's storage, to the waiter's next line.</summary>
internal static class WakeBench
{
    private const int Samples = 1000;

    public static async Task RunAsync(string address, Report report)
    {
        long returned = 0;
        await using BenchHost host = await BenchHost.StartAsync(address, QueueBench.NewQueue(), 4, b => b.AddTaskHandler("short", async (_, cancellationToken) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken); // the waiter waits by then
            Interlocked.Exchange(ref returned, Stopwatch.GetTimestamp());
            return 1;
        }));
        List<double> times = [];
        for (int i = 0; i < Samples; i++)
        {
            string id = await host.Client.SubmitAsync("short", 1);
            await host.Client.WaitForResultAsync<int>(id, TimeSpan.FromSeconds(10));
            times.Add(Stopwatch.GetElapsedTime(Interlocked.Read(ref returned)).TotalMilliseconds);
        }

        times.RemoveRange(0, Samples / 10);
        report.Add("WaitForResultAsync, from the handler's return, p50", QueueBench.Percentile(times, 0.5), "ms");
        report.Add("WaitForResultAsync, from the handler's return, p99", QueueBench.Percentile(times, 0.99), "ms");
    }
}
