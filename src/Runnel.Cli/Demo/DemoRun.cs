using Microsoft.Extensions.Logging;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Commands;
using Runnel.Cli.Output;
using Runnel.Supervision;
using Runnel.Trading;

namespace Runnel.Cli.Demo;

/// <summary>One run of the demo: what it starts, it stops, however it ends.</summary>
internal sealed class DemoRun(QueueSession session, DemoKlines klines, string dataFolder)
{
    private const int Workers = 4;
    private readonly TailWriter log = new(lines: 30);

    public async Task<int> RunAsync(CancellationToken interrupted)
    {
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        Task<SupervisorOutcome> workers = SuperviseAsync(done.Token, stopNow: interrupted);
        try
        {
            string id = await session.Client.SubmitAsync("backtest", Payload(), new SubmitOptions { MaxRetries = 0 }, done.Token);
            Console.Out.WriteLine($"Submitted task {id} to {session.Settings.Stream}: EMA crossover, {DemoKlines.Symbol} {DemoKlines.Interval}, 10,000 capital.");
            Task<TaskInfo> end = DemoProgress.FollowAsync(session.Client, id, done.Token);
            if (await Task.WhenAny(end, workers) == workers && !interrupted.IsCancellationRequested)
                throw new RunnelException($"The worker processes gave up. Their last words:\n{log.Text}");
            TaskInfo task = await end;
            if (task.State != TaskState.Completed)
                throw new TaskFailedException(task);
            DemoReport.Print((await session.Client.GetResultAsync<BacktestReply>(id, done.Token))!);
            return ExitCodes.Success;
        }
        finally
        {
            await done.CancelAsync();
            await ((Task)workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Console.Out.WriteLine("Stopped the workers.");
        }
    }

    private async Task<SupervisorOutcome> SuperviseAsync(CancellationToken stop, CancellationToken stopNow)
    {
        Dictionary<string, string> environment = new(klines.Settings) { ["REDIS_URL"] = session.RedisUrl, [DataFolder.Variable] = dataFolder };
        SupervisorOptions options = new()
        {
            Workers = Workers,
            Command = WorkerVerb.CommandOf(session.Settings, []),
            Environment = environment,
        };
        Console.Out.WriteLine($"Starting {Workers} worker processes.");
        using ILoggerFactory loggers = new LoggerFactory([new LineLoggerProvider(log, LogLevel.Information)]);
        return await new Supervisor(options, log, log, TimeProvider.System, loggers.CreateLogger<Supervisor>()).RunAsync(stop, stopNow);
    }

    private BacktestPayload Payload() => new()
    {
        BacktestId = $"demo-{Guid.NewGuid():N}",
        StrategyConfig = new StrategyConfig("ema_cross", new Dictionary<string, double> { ["fast"] = 12, ["slow"] = 26 }),
        Symbol = DemoKlines.Symbol,
        Interval = DemoKlines.Interval.Name,
        StartDate = klines.From,
        EndDate = klines.To,
        InitialCapital = 10_000,
    };
}
