using System.CommandLine;
using System.Globalization;
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
        Command command = new("worker", "Run worker processes until SIGTERM or Ctrl-C, which drain them; a second one stops at once.") { workers };
        flags.AddTo(command);
        command.SetAction(async parsed =>
        {
            using StopSignals signals = new();
            Settings settings = Settings.Read(parsed, common);
            int count = settings.Number(parsed.GetValue(workers), "RUNNEL_WORKERS", "Runnel:Workers", 1, 1000) ?? DefaultWorkers;
            await using QueueSession session = await QueueSession.OpenAsync(settings, signals.Stop); // an unreachable Redis is said here, once
            using ILoggerFactory loggers = new LoggerFactory([new LineLoggerProvider(Console.Error, LogLevel.Information)]);
            Supervisor supervisor = new(
                OptionsOf(session, count, flags.Forward(parsed)), Console.Out, Console.Error, TimeProvider.System, loggers.CreateLogger<Supervisor>());
            return ExitCodeOf(await supervisor.RunAsync(signals.Stop, signals.StopNow));
        });
        return command;
    }

    public static WorkerCommand CommandOf(Settings settings, IEnumerable<string> flags) =>
        WorkerCommand.OfThisProgram(["worker-process", "--stream", settings.Stream, "--group", settings.Group, .. flags]);

    /// <summary>What a supervisor needs to run worker processes of a session's queue.</summary>
    public static SupervisorOptions OptionsOf(QueueSession session, int workers, IEnumerable<string> flags)
    {
        Dictionary<string, string> environment = new() { ["REDIS_URL"] = session.RedisUrl }; // not an argument: it may hold a password
        if (session.Settings.DataDirectory is { } folder)
            environment[DataFolder.Variable] = Path.GetFullPath(folder);
        return new SupervisorOptions { Workers = workers, Command = CommandOf(session.Settings, flags), Environment = environment };
    }

    public static int ExitCodeOf(SupervisorOutcome outcome) => outcome switch
    {
        SupervisorOutcome.Drained => ExitCodes.Success,
        SupervisorOutcome.CrashLoop => ExitCodes.CrashLoop,
        _ => ExitCodes.NotDrained,
    };
}
