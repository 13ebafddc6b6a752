using Runnel.LoadTest;

string address = Environment.GetEnvironmentVariable("REDIS_URL") ?? "redis://127.0.0.1:6379";
if (args is ["--worker", string queue, string slots, string work])
{
    await WorkerProcess.RunAsync(address, queue, int.Parse(slots), burns: work == "burn");
    return 0;
}

string name = args.FirstOrDefault(a => !a.StartsWith('-')) ?? "queue";
int json = Array.IndexOf(args, "--json");
int tasks = Array.IndexOf(args, "--tasks");

Report report = new();
switch (name)
{
    case "queue" or "throughput":
        await QueueBench.RunAsync(address, tasks >= 0 ? int.Parse(args[tasks + 1]) : 100_000, throughputOnly: name == "throughput", report);
        break;
    case "flow":
        await FlowBench.RunAsync(address, tasks >= 0 ? int.Parse(args[tasks + 1]) : 100_000, report);
        break;
    case "lateness":
        await LatenessBench.RunAsync(address, report);
        break;
    case "wake":
        await WakeBench.RunAsync(address, report);
        break;
    case "waits":
        await WaitsBench.RunAsync(address, report);
        break;
    case "renewal":
        await RenewalBench.RunAsync(address, report);
        break;
    case "optimize":
        await OptimizeBench.RunAsync(address, report);
        break;
    case "worker":
        await ToolBench.RunAsync(address, report);
        break;
    default:
        Console.Error.WriteLine($"error: there is no bench '{name}'; there are: queue, throughput (the first rows of queue), flow, lateness, wake, waits, renewal, optimize, worker");
        return 2;
}

if (json >= 0)
    await report.WriteAsync(args[json + 1]);
return 0;
