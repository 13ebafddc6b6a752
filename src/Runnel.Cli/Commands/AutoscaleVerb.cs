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
        ActuatorFlags actuators = new();
        Option<bool> dryRun = new("--dry-run") { Description = "Print each decision and its reason; start and stop nothing." };
        Option<int?> metricPort = new Option<int?>("--metric-port")
        {
            Description = "Also serve the last decision as JSON: GET /workers, on all addresses, for KEDA. Default: none.",
            HelpName = "PORT",
        }.Within(1, 65_535);
        Command command = new("autoscale", "Start and drain worker processes on this machine as the queue asks for, until SIGTERM or Ctrl-C.")
        {
            dryRun, metricPort, SimulateVerb.Create(common), HistoryVerb.Create(common),
        };
        scaling.AddTo(command);
        worker.AddTo(command);
        actuators.AddTo(command);
        command.SetAction(async parsed =>
        {
            using StopSignals signals = new();
            Settings settings = Settings.Read(parsed, common);
            AutoscalerOptions options = new()
            {
                Scaling = scaling.Read(parsed, settings.Configuration),
                Concurrency = worker.ReadConcurrency(parsed, settings) ?? Environment.ProcessorCount,
                Types = worker.ReadTypes(parsed, settings),
                DryRun = parsed.GetValue(dryRun),
            };
            await using QueueSession session = await QueueSession.OpenAsync(settings, signals.Stop);
            using ILoggerFactory loggers = new LoggerFactory([new LineLoggerProvider(Console.Error, LogLevel.Information)]);
            await using MetricEndpoint? metric = parsed.GetValue(metricPort) is { } port ? new MetricEndpoint(port) : null;
            string[] flags = [.. worker.Forward(parsed, options.Types)];
            IWorkerActuator? actuator = actuators.Create(parsed, session, flags, options.Types) ?? (options.DryRun ? new ObservingActuator(session.Client) { Types = options.Types } : null);
            using IDisposable? connections = actuator as IDisposable;
            return actuator is not null
                ? await RunAsync(session, actuator, options, metric, loggers, signals.Stop)
                : await ScaleAsync(session, options, flags, metric, loggers, signals);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        QueueSession session, IWorkerActuator actuator, AutoscalerOptions options, MetricEndpoint? metric, ILoggerFactory loggers, CancellationToken stop)
    {
        using Autoscaler autoscaler = new(session.Client, actuator, options, TimeProvider.System, loggers.CreateLogger<Autoscaler>()) { Decided = metric is null ? null : metric.Show };
        await autoscaler.RunAsync(stop);
        return ExitCodes.Success;
    }

    private static async Task<int> ScaleAsync(
        QueueSession session, AutoscalerOptions options, IEnumerable<string> flags, MetricEndpoint? metric, ILoggerFactory loggers, StopSignals signals)
    {
        string id = SupervisorLink.NewId();
        Supervisor supervisor = new(
            WorkerVerb.OptionsOf(session, id, workers: 0, flags), Console.Out, Console.Error, TimeProvider.System, loggers.CreateLogger<Supervisor>());
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(signals.Stop);
        using Autoscaler autoscaler = new(
            session.Client, new SupervisorActuator(supervisor), options, TimeProvider.System, loggers.CreateLogger<Autoscaler>())
        {
            Decided = metric is null ? null : metric.Show,
        };
        Task scaling = autoscaler.RunAsync(end.Token);
        SupervisorOutcome outcome;
        try
        {
            outcome = await WorkerVerb.NotifyingAsync([supervisor], () => WorkerVerb.RunAsync(session, supervisor, id, autoscaled: true, loggers, signals), signals.Stop);
        }
        finally
        {
            await end.CancelAsync(); // also after a crash loop
            await scaling;
        }

        return WorkerVerb.ExitCodeOf(outcome);
    }
}
