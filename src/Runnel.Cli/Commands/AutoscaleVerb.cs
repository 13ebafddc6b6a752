using System.CommandLine;
using Microsoft.Extensions.Logging;
using Runnel.Autoscaling;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;
using Runnel.Supervision;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel autoscale</c>: as many worker processes as the queue asks for.</summary>
internal static class AutoscaleVerb
{
    public static Command Create(CommonOptions common)
    {
        ScalingFlags scaling = new();
        WorkerFlags worker = new();
        Option<bool> dryRun = new("--dry-run") { Description = "Print each decision and its reason; start and stop nothing." };
        Command command = new("autoscale", "Start and drain worker processes on this machine as the queue asks for, until SIGTERM or Ctrl-C.") { dryRun };
        scaling.AddTo(command);
        worker.AddTo(command);
        command.SetAction(async parsed =>
        {
            using StopSignals signals = new();
            Settings settings = Settings.Read(parsed, common);
            AutoscalerOptions options = new()
            {
                Scaling = scaling.Read(parsed, settings.Configuration),
                Concurrency = worker.ReadConcurrency(parsed, settings) ?? Environment.ProcessorCount,
                DryRun = parsed.GetValue(dryRun),
            };
            await using QueueSession session = await QueueSession.OpenAsync(settings, signals.Stop);
            using ILoggerFactory loggers = new LoggerFactory([new LineLoggerProvider(Console.Error, LogLevel.Information)]);
            return options.DryRun
                ? await WatchAsync(session, options, loggers, signals.Stop)
                : await ScaleAsync(session, options, worker.Forward(parsed), loggers, signals);
        });
        return command;
    }

    private static async Task<int> WatchAsync(QueueSession session, AutoscalerOptions options, ILoggerFactory loggers, CancellationToken stop)
    {
        using Autoscaler autoscaler = new(
            session.Client, new ObservingActuator(session.Client), options, TimeProvider.System, loggers.CreateLogger<Autoscaler>());
        await autoscaler.RunAsync(stop);
        return ExitCodes.Success;
    }

    private static async Task<int> ScaleAsync(
        QueueSession session, AutoscalerOptions options, IEnumerable<string> flags, ILoggerFactory loggers, StopSignals signals)
    {
        Supervisor supervisor = new(
            WorkerVerb.OptionsOf(session, workers: 0, flags), Console.Out, Console.Error, TimeProvider.System, loggers.CreateLogger<Supervisor>());
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(signals.Stop);
        using Autoscaler autoscaler = new(
            session.Client, new SupervisorActuator(supervisor), options, TimeProvider.System, loggers.CreateLogger<Autoscaler>());
        Task scaling = autoscaler.RunAsync(end.Token);
        SupervisorOutcome outcome;
        try
        {
            outcome = await supervisor.RunAsync(signals.Stop, signals.StopNow);
        }
        finally
        {
            await end.CancelAsync(); // also after a crash loop
            await scaling;
        }

        return WorkerVerb.ExitCodeOf(outcome);
    }
}
