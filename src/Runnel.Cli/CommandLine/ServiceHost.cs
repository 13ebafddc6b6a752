using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.WindowsServices;
using Runnel.Supervision;

namespace Runnel.Cli.CommandLine;

/// <summary>Runs a command's body where signals reach it; where Windows started the process as a service, a stop of that is the first signal.</summary>
internal static class ServiceHost
{
    public static async Task<int> RunAsync(Func<StopSignals, Task<int>> body)
    {
        using StopSignals signals = new();
        if (!OperatingSystem.IsWindows() || !WindowsServiceHelpers.IsWindowsService())
            return await body(signals);
        Environment.CurrentDirectory = AppContext.BaseDirectory; // a service starts in the system's folder; runnel.json is beside the program
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddWindowsService(options => options.ServiceName = "Runnel");
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMinutes(2)); // past every drain
        Body running = new(signals, body);
        builder.Services.AddSingleton<IHostedService>(provider => running.In(provider.GetRequiredService<IHostApplicationLifetime>()));
        using IHost host = builder.Build();
        await host.RunAsync();
        return running.ExitCode;
    }

    private sealed class Body(StopSignals signals, Func<StopSignals, Task<int>> body) : BackgroundService
    {
        private IHostApplicationLifetime? lifetime;

        public int ExitCode { get; private set; } = ExitCodes.Failure;

        public Body In(IHostApplicationLifetime host)
        {
            lifetime = host;
            return this;
        }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            using CancellationTokenRegistration stop = stoppingToken.Register(() => signals.Request(now: false));
            try
            {
                ExitCode = await body(signals);
            }
            catch (RunnelException e)
            {
                ExitCode = Failures.Report(e);
            }

            lifetime!.StopApplication();
        }
    }
}
