using System.CommandLine;
using System.Text.Json.Nodes;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel workers</c>: the queue's workers and supervisors, from any machine.</summary>
internal static class WorkersVerb
{
    public static Command Create(CommonOptions common) => new("workers", "See the queue's workers and supervisors, and tell them what to do, from any machine.")
    {
        List(common),
        Tell(common, WorkerOrder.Quiet, "quiet", "Have workers take no more tasks until they are told to resume; what runs goes on."),
        Tell(common, WorkerOrder.Resume, "resume", "Have quiet workers take tasks again."),
        Tell(common, WorkerOrder.Drain, "drain", "Have workers end when what they run has ended; their supervisor replaces them. A supervisor ends with all of its own."),
        Tell(common, WorkerOrder.Stop, "stop", "Have workers hand back what they run and end at once; their supervisor replaces them. A supervisor ends with all of its own."),
        Resize(common),
        ProbeVerb.Create(common),
    };

    private static Command List(CommonOptions common)
    {
        Option<bool> json = CommonOptions.Json();
        Command command = new("list", "Show workers and supervisors.") { json };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            IReadOnlyList<WorkerInfo> workers = await session.Client.Workers.ListAsync(cancellationToken);
            IReadOnlyList<SupervisorInfo> supervisors = await session.Client.Workers.ListSupervisorsAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                JsonViews.Print(new JsonObject
                {
                    ["workers"] = new JsonArray([.. workers.Select(worker => (JsonNode?)View(worker))]),
                    ["supervisors"] = new JsonArray([.. supervisors.Select(supervisor => (JsonNode?)View(supervisor))]),
                });
                return ExitCodes.Success;
            }

            DateTimeOffset now = (await session.Client.GetLoadAsync(cancellationToken)).At;
            TextOutput.Table(
                ["worker", "host", "pid", "version", "started", "state", "types", "running", "memory", "cpu", "last beat", "supervisor"],
                [.. workers.Select(worker => new[]
                {
                    worker.Name, worker.Host, $"{worker.ProcessId}", worker.Version, worker.StartedAt is { } started ? Words.Of(started) : "",
                    Word(worker.Condition), worker.Types.Count > 0 ? string.Join(',', worker.Types) : "all", $"{worker.Running} of {worker.Slots}", $"{worker.Memory / 1048576} MiB", Words.Of(worker.Cpu),
                    worker.BeatAt is { } beat ? Words.Seconds(now - beat) : "", worker.Supervisor.Length > 0 ? $"{worker.Supervisor} #{worker.Number}" : "",
                })]);
            if (supervisors.Count == 0)
                return ExitCodes.Success;
            Console.Out.WriteLine();
            TextOutput.Table(
                ["supervisor", "host", "pid", "started", "workers", "processes", ""],
                [.. supervisors.Select(supervisor => new[]
                {
                    supervisor.Id, supervisor.Host, $"{supervisor.ProcessId}", Words.Of(supervisor.StartedAt), $"{supervisor.Workers}", $"{supervisor.Processes}",
                    supervisor.Autoscaled ? "autoscaled" : "",
                })]);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command Tell(CommonOptions common, WorkerOrder order, string name, string description)
    {
        Argument<string[]> targets = new("TARGET")
        {
            Description = "Names of workers, of hosts (all workers there) or of supervisors.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<bool> all = new("--all") { Description = "All workers of the queue." };
        Option<bool> json = CommonOptions.Json();
        Command command = new(name, description) { targets, all, json };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            string[] named = parsed.GetValue(targets) ?? [];
            if (named.Length == 0 != parsed.GetValue(all))
                throw new RunnelException($"Give names of workers, hosts or supervisors (see: runnel workers list), or --all: runnel workers {name} NAME");
            IReadOnlyList<string> told = await TellAsync(session.Client.Workers, order, named, parsed.GetValue(all), cancellationToken);
            if (parsed.GetValue(json))
                JsonViews.Print(new JsonObject { ["order"] = name, ["told"] = new JsonArray([.. told.Select(target => (JsonNode?)target)]) });
            else
                Console.Out.WriteLine(told.Count == 0 ? "Told nobody: there is no worker." : $"Told {told.Count} to {name}: {string.Join(", ", told)}");
            return ExitCodes.Success;
        }));
        return command;
    }

    private static async Task<IReadOnlyList<string>> TellAsync(
        WorkerControl control, WorkerOrder order, string[] named, bool all, CancellationToken cancellationToken)
    {
        IReadOnlyList<WorkerInfo> workers = await control.ListAsync(cancellationToken);
        IReadOnlyList<SupervisorInfo> supervisors = await control.ListSupervisorsAsync(cancellationToken);
        if (named.FirstOrDefault(name => !workers.Any(worker => Is(worker, name)) && !supervisors.Any(supervisor => supervisor.Id == name)) is { } unknown)
            throw new RunnelException($"There is no worker, host or supervisor '{unknown}'. See: runnel workers list");
        List<string> told = [];
        bool whole = order is WorkerOrder.Drain or WorkerOrder.Stop; // a supervisor ends itself; else its workers would come back
        foreach (SupervisorInfo supervisor in supervisors.Where(supervisor => whole && named.Contains(supervisor.Id)))
        {
            if (await control.TellSupervisorAsync(supervisor.Id, order, cancellationToken))
                told.Add(supervisor.Id);
        }

        foreach (WorkerInfo worker in workers.Where(worker => all || named.Any(name => Is(worker, name) && !(whole && worker.Supervisor == name))))
        {
            if (await control.TellAsync(worker.Name, order, cancellationToken))
                told.Add(worker.Name);
        }

        return told;
    }

    private static Command Resize(CommonOptions common)
    {
        Argument<string> supervisor = new("SUPERVISOR") { Description = "Its id (see: runnel workers list)." };
        Argument<int> count = new("N") { Description = "Worker processes that it is to keep running, 0 to 1000." };
        count.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int value) && value is < 0 or > 1000)
                result.AddError($"N is {value}; give 0 to 1000.");
        });
        Command command = new("resize", "Change how many worker processes a supervisor keeps running; those that are too many drain.") { supervisor, count };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            string id = parsed.GetValue(supervisor)!;
            SupervisorInfo? found = (await session.Client.Workers.ListSupervisorsAsync(cancellationToken)).FirstOrDefault(one => one.Id == id);
            if (found is { Autoscaled: true })
                throw new RunnelException($"The supervisor {id} belongs to an autoscaler, which would undo it. Change its --min-workers and --max-workers.");
            int workers = parsed.GetValue(count);
            if (found is null || !await session.Client.Workers.ResizeAsync(id, workers, cancellationToken))
                throw new RunnelException($"There is no supervisor '{id}'. See: runnel workers list");
            Console.Out.WriteLine($"Told {id} to go from {found.Workers} to {workers} worker(s).");
            return ExitCodes.Success;
        }));
        return command;
    }

    private static bool Is(WorkerInfo worker, string name) => worker.Name == name || worker.Host == name || worker.Supervisor == name;

    private static string Word(WorkerCondition condition) => condition.ToString().ToLowerInvariant();

    private static JsonObject View(WorkerInfo worker) => new()
    {
        ["name"] = worker.Name,
        ["host"] = worker.Host,
        ["pid"] = worker.ProcessId,
        ["version"] = worker.Version,
        ["started_at"] = worker.StartedAt is { } started ? Words.Iso(started) : null,
        ["state"] = Word(worker.Condition),
        ["types"] = worker.Types.Count > 0 ? new JsonArray([.. worker.Types.Select(type => (JsonNode?)type)]) : null,
        ["slots"] = worker.Slots,
        ["running"] = worker.Running,
        ["memory_bytes"] = worker.Memory,
        ["cpu"] = Math.Round(worker.Cpu, 3),
        ["last_beat_at"] = worker.BeatAt is { } beat ? Words.Iso(beat) : null,
        ["supervisor"] = worker.Supervisor.Length > 0 ? worker.Supervisor : null,
        ["number"] = worker.Number,
    };

    private static JsonObject View(SupervisorInfo supervisor) => new()
    {
        ["id"] = supervisor.Id,
        ["host"] = supervisor.Host,
        ["pid"] = supervisor.ProcessId,
        ["started_at"] = Words.Iso(supervisor.StartedAt),
        ["workers"] = supervisor.Workers,
        ["processes"] = supervisor.Processes,
        ["autoscaled"] = supervisor.Autoscaled,
    };
}
