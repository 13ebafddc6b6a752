using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Runnel.Autoscaling.Simulation;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel autoscale simulate</c>: a trace against our policy and two others, in virtual time.</summary>
internal static class SimulateVerb
{
    public static Command Create(CommonOptions common)
    {
        ScalingFlags scaling = new();
        Option<string?> pattern = new("--pattern") { Description = $"An invented trace: {string.Join(", ", ArrivalPattern.Names)}. Default: all of them.", HelpName = "NAME" };
        pattern.AcceptOnlyFromAmong([.. ArrivalPattern.Names]);
        Option<string?> traceFile = new("--trace") { Description = "A trace of your own: a line for each task, SECONDS[,SERVICE_SECONDS]; - for standard input.", HelpName = "FILE" };
        Option<int?> seed = new Option<int?>("--seed") { Description = "Seed of the first invented trace. Default: 1.", HelpName = "N" }.Within(0, int.MaxValue - 1000);
        Option<int?> seeds = new Option<int?>("--seeds") { Description = "Invented traces of each pattern, 1 to 1000. Default: 10.", HelpName = "N" }.Within(1, 1000);
        Option<double?> hours = new Option<double?>("--hours") { Description = "Length of an invented trace, 1 to 10000. Default: 48.", HelpName = "HOURS" }.Within(1, 10_000);
        Option<double?> service = new Option<double?>("--service") { Description = "Mean seconds that a task takes, where the trace does not say. Default: 10.", HelpName = "SECONDS" }.Within(0.05, 100_000);
        Option<int?> concurrency = new Option<int?>("--concurrency") { Description = "Tasks that one worker runs at once. Default: 1.", HelpName = "N" }.Within(1, 1000);
        Option<double?> start = new Option<double?>("--start-time") { Description = "Seconds from a decision to a new worker's first task. Default: 5.", HelpName = "SECONDS" }.Within(0, 3600);
        Option<bool> json = CommonOptions.Json();
        Option<string?> csv = new("--csv") { Description = "Also write each look of our policy to a file.", HelpName = "FILE" };
        Command command = new("simulate", "Replay arrivals against the policy in virtual time, beside a threshold rule and Kubernetes' HPA rule.")
        {
            pattern, traceFile, seed, seeds, hours, service, concurrency, start, json, csv,
        };
        scaling.AddTo(command);
        command.SetAction(parsed =>
        {
            SimulationSetup setup = new()
            {
                Scaling = scaling.Read(parsed, Settings.Read(parsed, common).Configuration),
                SlotsPerWorker = parsed.GetValue(concurrency) ?? 1,
                StartTime = TimeSpan.FromSeconds(parsed.GetValue(start) ?? 5),
            };
            double mean = parsed.GetValue(service) ?? 10;
            List<(string Name, IReadOnlyList<IReadOnlyList<SimulationResult>> Runs)> all = [];
            if (parsed.GetValue(traceFile) is { } file)
            {
                if (parsed.GetValue(pattern) is not null)
                    throw new RunnelException("--trace and --pattern both name a trace; give one of them.");
                all.Add((file, [Comparison.Run(setup, ReadTrace(file, mean))]));
            }
            else
            {
                int first = parsed.GetValue(seed) ?? 1;
                foreach (string name in parsed.GetValue(pattern) is { } one ? [one] : ArrivalPattern.Names)
                {
                    all.Add((name, [.. Enumerable.Range(first, parsed.GetValue(seeds) ?? 10).Select(number => Comparison.Run(
                        setup,
                        ArrivalPattern.Create(name, number, setup.Scaling.MaxWorkers * setup.SlotsPerWorker, mean, parsed.GetValue(hours) ?? 48)))]));
                }
            }

            if (parsed.GetValue(json))
                JsonViews.Print(new JsonArray([.. all.SelectMany(trace => Sums(trace.Runs).Select(sum => (JsonNode?)View(trace.Name, sum)))]));
            else
                all.ForEach(trace => Print(trace.Name, trace.Runs, setup));
            if (parsed.GetValue(csv) is { } path)
                WriteLooks(path, all[0].Runs[0][0]);
            return ExitCodes.Success;
        });
        return command;
    }

    private static IReadOnlyList<SimulatedTask> ReadTrace(string file, double service)
    {
        if (file == "-")
            return TraceFile.Read(Console.In, "standard input", service);
        try
        {
            using StreamReader reader = new(file);
            return TraceFile.Read(reader, file, service);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new RunnelException($"The trace '{file}' cannot be read: {e.Message} Give --trace FILE with a file that is there, or - for standard input.", e);
        }
    }

    private static IEnumerable<SimulationResult> Sums(IReadOnlyList<IReadOnlyList<SimulationResult>> runs) =>
        Enumerable.Range(0, runs[0].Count).Select(rule => Comparison.Sum([.. runs.Select(run => run[rule])]));

    private static void Print(string name, IReadOnlyList<IReadOnlyList<SimulationResult>> runs, SimulationSetup setup)
    {
        Console.Out.WriteLine($"{name}: {runs.Count} trace(s), {setup.Scaling.MinWorkers} to {setup.Scaling.MaxWorkers} workers of {setup.SlotsPerWorker} slot(s), "
            + $"tasks are to wait {Words.Seconds(setup.Scaling.LatencyTarget)} at most");
        TextOutput.Table(
            ["rule", "tasks", "SLA misses", "worker-hours", "changes", "most workers", "median wait", "95 % wait", "longest wait"],
            [.. Sums(runs).Select(sum => new[]
            {
                sum.Rule, $"{sum.Tasks}", $"{sum.Misses} ({Percent(sum.Misses, sum.Tasks)})", Number(sum.WorkerHours, "0.0"), $"{sum.Changes}", $"{sum.Peak}",
                $"{Number(sum.MedianWait, "0.#")} s", $"{Number(sum.Wait95, "0.#")} s", $"{Number(sum.LongestWait, "0.#")} s",
            })]);
        SimulationPlot.Print(Console.Out, runs[0], setup.Scaling.LatencyTarget.TotalSeconds);
        Console.Out.WriteLine();
    }

    private static JsonObject View(string name, SimulationResult sum) => new()
    {
        ["trace"] = name,
        ["rule"] = sum.Rule,
        ["tasks"] = sum.Tasks,
        ["sla_misses"] = sum.Misses,
        ["worker_hours"] = sum.WorkerHours,
        ["changes"] = sum.Changes,
        ["most_workers"] = sum.Peak,
        ["median_wait_seconds"] = sum.MedianWait,
        ["wait_95_seconds"] = sum.Wait95,
        ["longest_wait_seconds"] = sum.LongestWait,
    };

    private static void WriteLooks(string path, SimulationResult result)
    {
        try
        {
            File.WriteAllLines(path, result.Looks
                .Select(look => string.Create(CultureInfo.InvariantCulture, $"{look.Seconds:0.###},{look.Workers},{look.Waiting},{look.OldestWaiting:0.###},{look.Busy},{look.Arrivals}"))
                .Prepend("seconds,workers,waiting,oldest_waiting_seconds,busy_slots,arrivals"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new RunnelException($"--csv '{path}' cannot be written: {e.Message} Name another file.", e);
        }
    }

    private static string Percent(int part, int all) => Number(100.0 * part / all, "0.##") + " %";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
