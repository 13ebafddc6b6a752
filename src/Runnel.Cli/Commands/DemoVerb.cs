using System.CommandLine;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Demo;
using Runnel.Supervision;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel demo</c>: a backtest travels through a queue with four workers, and nothing is left behind.</summary>
internal static class DemoVerb
{
    public static Command Create(CommonOptions common)
    {
        Option<string?> klines = new("--klines")
        {
            Description = "CSV or CSV.gz file with BTCUSDT 1h klines. Default: Bybit's public API if it answers within 3 seconds, else the synthetic market.",
            HelpName = "FILE",
        };
        Command command = new("demo", "Backtest an EMA crossover on BTCUSDT through a queue with four worker processes, and stop it all again.") { klines };
        command.SetAction(async parsed =>
        {
            using StopSignals signals = new();
            Settings settings = Settings.Read(parsed, common, "runnel:demo"); // a Redis that was named may have workers on the usual queue
            DemoKlines chosen = await DemoKlines.ChooseAsync(parsed.GetValue(klines), TimeProvider.System, signals.Stop);
            Console.Out.WriteLine($"Klines: {chosen.Origin}.");
            string folder = Directory.CreateTempSubdirectory("runnel-demo-").FullName; // its records are nobody's
            try
            {
                await using QueueSession session = await OpenAsync(settings, signals.Stop);
                return await new DemoRun(session, chosen, folder).RunAsync(signals.Stop);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    private static async Task<QueueSession> OpenAsync(Settings settings, CancellationToken cancellationToken)
    {
        if (settings.RedisUrl is not null)
            return await QueueSession.OpenAsync(settings, settings.RedisUrl, local: null, cancellationToken);
        LocalRedis temporary = await LocalRedis.StartTemporaryAsync(cancellationToken);
        Console.Out.WriteLine($"{temporary.Notice}.");
        return await QueueSession.OpenAsync(settings, temporary.Url, temporary, cancellationToken);
    }
}
