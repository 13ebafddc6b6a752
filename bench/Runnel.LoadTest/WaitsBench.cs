using System.Diagnostics;
using StackExchange.Redis;

namespace Runnel.LoadTest;

/// <summary>Tasks that take 5 ms each and no processor, four worker processes of 16 slots: 12,800 tasks a second if nothing else limited them.</summary>
internal static class WaitsBench
{
    private const int Rounds = 3;
    private const int Tasks = 40_000;
    private const int ColdTasks = 60_000; // the runtime compiles for seconds, in four processes at once
    private const double Ideal = 4 * 16 / 0.005;

    public static async Task RunAsync(string address, Report report)
    {
        Uri uri = new(address);
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions { EndPoints = { { uri.Host, uri.Port } }, AllowAdmin = true });
        await RunAsync(address, connection.GetDatabase(), report);
    }

    public static async Task RunAsync(string address, IDatabase redis, Report report)
    {
        string queue = QueueBench.NewQueue();
        await using RunnelClient client = await QueueBench.ConnectAsync(address, queue);
        List<WorkerProcess> workers = [.. Enumerable.Range(0, 4).Select(_ => WorkerProcess.Start(address, queue, slots: 16))];
        while ((await client.GetStatsAsync()).Workers.Count < workers.Count)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System); // nothing tells of a worker's start; before the clock runs
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System); // memory of a worker that idles, not of one that starts
        report.Add("resident memory of an idle worker process", workers.Max(w => w.ResidentMegabytes), "MB", note: "a plain host with the queue, no tool");

        double cold = await RunTasksAsync(client, ColdTasks, before: 0);
        List<double> rates = [], redisCpu = [], submitterCpu = [], workerCpu = [], busy = [];
        for (int round = 0; round < Rounds; round++)
        {
            CpuMeter meter = await CpuMeter.StartAsync(redis);
            double workersBefore = workers.Sum(w => w.ProcessorSeconds);
            rates.Add(await RunTasksAsync(client, Tasks, before: ColdTasks + (round * Tasks)));
            (double inRedis, double inSubmitter) = await meter.PerTaskAsync(Tasks);
            double inWorkers = (workers.Sum(w => w.ProcessorSeconds) - workersBefore) * 1e6 / Tasks;
            redisCpu.Add(inRedis);
            submitterCpu.Add(inSubmitter);
            workerCpu.Add(inWorkers);
            busy.Add(100 * (inRedis + inSubmitter + inWorkers) * 1e-6 * rates[^1] / Environment.ProcessorCount);
        }

        foreach (WorkerProcess worker in workers)
            await worker.StopAsync();
        report.Add("5 ms tasks, 4 worker processes of 16 slots", QueueBench.Median(rates), "tasks/s", Ideal, "baseline: the ideal");
        report.Add("the same: processors busy with it", QueueBench.Median(busy), "%", note: "at 100 they are the limit");
        report.Add("the same: CPU of the workers per task", QueueBench.Median(workerCpu), "us");
        report.Add("the same: CPU of Redis per task", QueueBench.Median(redisCpu), "us");
        report.Add("the same: CPU of the submitter per task", QueueBench.Median(submitterCpu), "us");
        report.Add("the same, the first 60,000 of fresh processes", cold, "tasks/s", Ideal, "the runtime still compiles");
    }

    /// <summary>Submits the tasks and returns how many a second were completed.</summary>
    private static async Task<double> RunTasksAsync(RunnelClient client, int tasks, long before)
    {
        long started = Stopwatch.GetTimestamp();
        for (int sent = 0; sent < tasks; sent += 500)
            await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => client.SubmitRawAsync("wait5", QueueBench.Payload)));
        while ((await client.GetStatsAsync()).Completed < before + tasks)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System); // the feed would cost more than this look
        return tasks / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
