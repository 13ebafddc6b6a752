using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;
using Runnel.Supervision;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel worker</c>: a supervisor with its worker processes.</summary>
internal static class WorkerVerb
{
    private const int DefaultWorkers = 4;

    public static Command Create(CommonOptions common)
    {
        WorkerFlags flags = new();
        Option<int?> workers = new Option<int?>("--workers")
        {
            Description = $"Worker processes to run, 1 to 1000. Default: {DefaultWorkers}.",
            HelpName = "N",
        }.Within(1, 1000);
        Option<string?> queues = new("--queues")
        {
            Description = "Queues to share the processes among, each with its weight (1 where it says none); each has one at least. Instead of --stream.",
            HelpName = "NAME=N,…",
        };
        Command command = new("worker", "Run worker processes until SIGTERM or Ctrl-C, which drain them; a second one stops at once.") { workers, queues };
        flags.AddTo(command);
        command.SetAction(parsed => ServiceHost.RunAsync(async signals =>
        {
            Settings settings = Settings.Read(parsed, common);
            int ReadCount(Settings from) => from.Number(parsed.GetValue(workers), "RUNNEL_WORKERS", "Runnel:Workers", 1, 1000) ?? DefaultWorkers;
            int count = ReadCount(settings);
            flags.ReadTypes(parsed, settings); // refused here, once, and not by each process
            QueueShares shares = SharesOf(parsed.GetValue(queues), parsed.GetValue(common.Stream), settings);
            using ILoggerFactory loggers = new LoggerFactory([new LineLoggerProvider(Console.Error, LogLevel.Information)]);
            await using WorkerFleet fleet = await WorkerFleet.OpenAsync(settings, shares, count, [.. flags.Forward(parsed)], loggers, signals.Stop);
            if (Console.IsInputRedirected) // no terminal whose end the signal would mean
                signals.Reload = () => Reload([.. fleet.Supervisors], () => shares.Allot(ReadCount(Settings.Read(parsed, common))));
            return ExitCodeOf(await fleet.RunAsync(loggers, signals));
        }));
        return command;
    }

    private static QueueShares SharesOf(string? queues, string? stream, Settings settings)
    {
        if (queues is { Length: > 0 } && stream is { Length: > 0 })
            throw new RunnelException($"--queues and --stream both say which queues to work on; give one of them, for instance --queues {stream}=5,other=1.");
        string? text = stream is { Length: > 0 } ? null : settings.Text(queues, "RUNNEL_QUEUES", "Runnel:Queues");
        return text is null ? QueueShares.Of(settings.Stream) : QueueShares.Parse(queues is null ? "RUNNEL_QUEUES (or Runnel:Queues)" : "--queues", text);
    }

    public static WorkerCommand CommandOf(Settings settings, IEnumerable<string> flags) =>
        WorkerCommand.OfThisProgram([WorkerProcessVerb.Name, "--stream", settings.Stream, "--group", settings.Group, .. flags]);

    /// <summary>What a supervisor needs to run worker processes of a session's queue.</summary>
    public static SupervisorOptions OptionsOf(QueueSession session, string id, int workers, IEnumerable<string> flags, string label = "")
    {
        Dictionary<string, string> environment = new() { ["REDIS_URL"] = session.RedisUrl, [SupervisorLink.Variable] = id }; // the URL is no argument: it may hold a password
        if (session.Settings.DataDirectory is { } folder)
            environment[DataFolder.Variable] = Path.GetFullPath(folder);
        return new SupervisorOptions { Workers = workers, Command = CommandOf(session.Settings, flags), Environment = environment, Label = label };
    }

    /// <summary>Runs a supervisor that can be seen and told from elsewhere, and quieted by SIGUSR1.</summary>
    public static async Task<SupervisorOutcome> RunAsync(
        QueueSession session, Supervisor supervisor, string id, bool autoscaled, ILoggerFactory loggers, StopSignals signals)
    {
        using CancellationTokenSource end = new();
        SupervisorLink link = new(session.Client, supervisor, id, autoscaled, TimeProvider.System, loggers.CreateLogger<SupervisorLink>()) { Stop = signals.Request };
        signals.OnUser1(() => _ = QuietAsync(session.Client.Workers, id));
        Task linked = link.RunAsync(end.Token);
        try
        {
            return await supervisor.RunAsync(signals.Stop, signals.StopNow);
        }
        finally
        {
            await end.CancelAsync();
            await linked;
        }
    }

    /// <summary>Runs something while the service manager is told how the supervisors are.</summary>
    public static async Task<SupervisorOutcome> NotifyingAsync(IReadOnlyCollection<Supervisor> supervisors, Func<Task<SupervisorOutcome>> run, CancellationToken stop)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task notifying = new ServiceNotifier(supervisors, new SystemdNotifier(), TimeProvider.System).RunAsync(ended.Token);
        try
        {
            return await run();
        }
        finally
        {
            await ended.CancelAsync();
            await notifying;
        }
    }

    /// <summary>Takes over a changed number of workers, and replaces all, so that they read runnel.json anew. A file that cannot be read changes nothing.</summary>
    private static void Reload(Supervisor[] supervisors, Func<int[]> readCounts)
    {
        try
        {
            foreach ((Supervisor supervisor, int count) in supervisors.Zip(readCounts()))
            {
                supervisor.Resize(count);
                supervisor.ReplaceWorkers();
            }

            Console.Error.WriteLine("Reloading: each worker drains, and another starts with the new configuration.");
        }
        catch (RunnelException e)
        {
            Console.Error.WriteLine($"SIGHUP changed nothing: {e.Message}");
        }
    }

    private static async Task QuietAsync(WorkerControl control, string supervisor)
    {
        try
        {
            foreach (WorkerInfo worker in (await control.ListAsync()).Where(worker => worker.Supervisor == supervisor))
                await control.TellAsync(worker.Name, WorkerOrder.Quiet);
            await Console.Error.WriteLineAsync($"Quiet: the workers take no more tasks. Go on with: runnel workers resume {supervisor}");
        }
        catch (RedisUnavailableException e)
        {
            await Console.Error.WriteLineAsync($"SIGUSR1 had no effect: {e.Message}");
        }
    }

    public static int ExitCodeOf(SupervisorOutcome outcome) => outcome switch
    {
        SupervisorOutcome.Drained => ExitCodes.Success,
        SupervisorOutcome.CrashLoop => ExitCodes.CrashLoop,
        _ => ExitCodes.NotDrained,
    };
}
