using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Diagnostics;
using Runnel.Cli.Output;
using Runnel.Supervision;
using Runnel.Trading;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel worker-process</c>, hidden: one worker, as the supervisor starts it.</summary>
internal static class WorkerProcessVerb
{
    public const string Name = "worker-process";
    private static readonly TimeSpan HardDeadline = TimeSpan.FromSeconds(40); // past the drain timeout and the supervisor's patience
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    public static Command Create(CommonOptions common)
    {
        WorkerFlags flags = new();
        Command command = new(Name, "One worker process, as 'runnel worker' starts it.") { Hidden = true };
        flags.AddTo(command);
        command.SetAction(async parsed =>
        {
            using SupervisedProcess supervised = SupervisedProcess.Watch(HardDeadline);
            Settings settings = Settings.Read(parsed, common);
            if (parsed.GetValue(flags.Plugins) is { } plugins)
                Plugins.Load(plugins);
            using IHost? host = await StartAsync(() => Build(settings, flags, parsed), supervised.Drain);
            if (host is null)
                return ExitCodes.Success;
            SupervisedProcess.ReportReady();
            IHostApplicationLifetime lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
            bool drained = await FirstAsync(supervised.Drain, lifetime.ApplicationStopping);
            await host.StopAsync(supervised.StopNow);
            return drained ? ExitCodes.Success : Environment.ExitCode; // a host that stops by itself has logged why, and set that
        });
        return command;
    }

    /// <summary>Starts a host; waits for a Redis that is away for now, since the supervisor has seen it answer.</summary>
    /// <returns>Null when told to drain before that.</returns>
    private static async Task<IHost?> StartAsync(Func<IHost> build, CancellationToken drain)
    {
        while (true)
        {
            IHost host = build();
            try
            {
                await host.StartAsync(drain);
                return host;
            }
            catch (OperationCanceledException) when (drain.IsCancellationRequested)
            {
                host.Dispose();
                return null;
            }
            catch (RedisUnavailableException e)
            {
                host.Dispose();
                await Console.Error.WriteLineAsync($"{e.Message} Trying again in {RetryInterval.TotalSeconds} s.");
                await Task.Delay(RetryInterval, TimeProvider.System, drain).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch
            {
                host.Dispose();
                throw;
            }

            if (drain.IsCancellationRequested)
                return null;
        }
    }

    private static IHost Build(Settings settings, WorkerFlags flags, ParseResult parsed)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddConfiguration(settings.Configuration);
        builder.Logging.AddProvider(new LineLoggerProvider(Console.Error, LogLevel.Information));
        builder.Services.AddSingleton<IHostLifetime, SupervisedLifetime>();
        int? concurrency = flags.ReadConcurrency(parsed, settings);
        IReadOnlyList<string> types = flags.ReadTypes(parsed, settings);
        RunnelBuilder runnel = builder.Services.AddRunnel(options =>
        {
            options.RedisUrl = settings.RedisUrl ?? throw new RunnelException("worker-process needs REDIS_URL; start it by 'runnel worker'.");
            options.Queue = settings.Stream;
            options.Group = settings.Group;
        });
        runnel.AddWorker(worker =>
        {
            worker.Concurrency = concurrency ?? worker.Concurrency;
            worker.Types = types.Count > 0 ? types : worker.Types;
            worker.MaxTasks = parsed.GetValue(flags.MaxTasks) ?? worker.MaxTasks;
            worker.MaxMemory = parsed.GetValue(flags.MaxMemory) ?? worker.MaxMemory;
            worker.LeaveWhenStuck = true; // the supervisor starts a fresh process
        });
        runnel.AddBacktesting(trading => Configure(trading, settings, parsed.GetValue(flags.Klines)));
        if (parsed.GetValue(flags.Diagnostics))
            runnel.AddDiagnosticHandlers(TimeProvider.System);
        return builder.Build();
    }

    /// <summary>Options as a worker process has them, for a command that works without one.</summary>
    public static TradingOptions TradingOf(Settings settings, string? klines)
    {
        TradingOptions trading = settings.Configuration.GetSection("Runnel:Trading").Get<TradingOptions>() ?? new TradingOptions();
        Configure(trading, settings, klines);
        return trading;
    }

    private static void Configure(TradingOptions trading, Settings settings, string? klines)
    {
        if (settings.DataDirectory is { } folder)
            trading.DataFolder = folder;
        if (Directory.Exists(klines))
            trading.KlinesFolder = klines;
        else if (klines is not null)
            trading.KlinesFile = klines;
    }

    /// <returns>Whether it was the first of both.</returns>
    private static async Task<bool> FirstAsync(CancellationToken first, CancellationToken second)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(first, second);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return first.IsCancellationRequested;
    }

    /// <summary>Leaves the signals to <see cref="SupervisedProcess"/>; the host's own lifetime would take Ctrl-C as an order to stop.</summary>
    private sealed class SupervisedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
