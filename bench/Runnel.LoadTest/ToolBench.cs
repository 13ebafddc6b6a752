using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Runnel.LoadTest;

/// <summary>Worker processes of the <c>runnel</c> tool: how long one takes from exec to its first task, and the memory it uses. Linux only: it reads /proc.</summary>
internal static class ToolBench
{
    private const int Rounds = 7;
    private const int Bars = 44_767;
    private const int Backtests = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(string address, Report report)
    {
        Console.WriteLine($"{Environment.ProcessorCount} processors; runnel worker --workers 1, medians of {Rounds} starts; backtests of {Bars} bars on invented klines");
        string folder = Directory.CreateTempSubdirectory("runnel-bench-").FullName;
        List<double> child = [], whole = [], idle = [], own = [], peak = [];
        try
        {
            for (int round = 0; round < Rounds; round++)
            {
                string queue = $"bench:{Guid.NewGuid():N}";
                await using RunnelClient client = await RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = address, Queue = queue });
                string first = await client.SubmitAsync("diag.noop", new { });
                DateTimeOffset executed = TimeProvider.System.GetUtcNow();
                ToolProcess supervisor = ToolProcess.Start(address, queue, 1, Path.Combine(folder, $"{round}"));
                TaskInfo info = await EndedAsync(client, first);
                using Process worker = Process.GetProcessById((await client.Workers.ListAsync()).Single().ProcessId);
                child.Add((info.StartedAt!.Value - StartOf(worker)).TotalMilliseconds);
                whole.Add((info.StartedAt.Value - executed).TotalMilliseconds);
                await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System); // idle means that nothing is left to do
                idle.Add(Megabytes(worker, "VmRSS"));
                own.Add(Megabytes(worker, "RssAnon") + Megabytes(worker, "RssShmem"));
                if (round < 3)
                {
                    string[] ids = await Task.WhenAll(Enumerable.Range(0, Backtests).Select(i => client.SubmitAsync("backtest", Backtest(i))));
                    foreach (string id in ids)
                        Require(await EndedAsync(client, id), TaskState.Completed);
                    peak.Add(Megabytes(worker, "VmHWM"));
                }

                await supervisor.StopAsync();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        report.Add("worker process, from exec to its first task taken", Median(child), "ms");
        report.Add("supervisor and worker, from exec to the first task taken", Median(whole), "ms");
        report.Add("resident memory of an idle worker process", Median(idle), "MB");
        report.Add("of that its own, not pages of programs that all workers share", Median(own), "MB");
        report.Add("most resident memory while it ran backtests", Median(peak), "MB", note: $"{Backtests} of {Bars} bars, one slot");
    }

    private static async Task<TaskInfo> EndedAsync(RunnelClient client, string id)
    {
        await client.WaitForResultAsync<JsonElement>(id, Patience);
        return await client.FindAsync(id) ?? throw new InvalidOperationException($"Task {id} is gone.");
    }

    private static void Require(TaskInfo task, TaskState state)
    {
        if (task.State != state)
            throw new InvalidOperationException($"Task {task.Id} ended as {task.State}: {task.Reason}");
    }

    // By the kernel's clock ticks since boot, a hundredth of a second each: exec itself, not when a fork returned here.
    private static DateTimeOffset StartOf(Process process) => new(process.StartTime);

    private static double Megabytes(Process process, string field) => double.Parse(
        File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith(field, StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) / 1024;

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static object Backtest(int number) => new
    {
        backtest_id = $"b{number}",
        strategy_config = new { name = "sma_cross", parameters = new { fast = 5 + number % 20, slow = 50 + number } },
        symbol = "BTCUSDT",
        interval = "1h",
        start_date = "2020-01-01",
        initial_capital = 10_000,
        end_date = new DateTime(2020, 1, 1).AddHours(Bars).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
    };
}
