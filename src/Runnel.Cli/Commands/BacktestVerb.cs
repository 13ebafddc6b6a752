using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;
using Runnel.Reports;
using Runnel.Supervision;
using Runnel.Trading;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel backtest</c>: one backtest in this process, by the code of the task of that name.</summary>
internal static class BacktestVerb
{
    public static Command Create(CommonOptions common)
    {
        BacktestFlags request = new();
        Option<string?> klines = new("--klines")
        {
            Description = "File or folder with klines (CSV, also .gz). Default: what the market-data sources offer.",
            HelpName = "PATH",
        };
        Option<bool> synthetic = new("--synthetic") { Description = "Allow the synthetic market where nothing else has the klines: invented ones." };
        Option<bool> trades = new("--trades") { Description = "Also print every closed trade." };
        Option<bool> json = new("--json") { Description = "Print the result of the task alone, as 'runnel submit backtest --wait' does." };
        ReportFlags files = new();
        Command command = new("backtest", "Run one backtest here, without a queue, and print what came out.");
        request.AddTo(command);
        foreach (Option option in new Option[] { klines, synthetic, trades, json })
            command.Add(option);
        files.AddTo(command);
        command.SetAction(async parsed =>
        {
            using StopSignals signals = new();
            string? path = parsed.GetValue(klines);
            TradingOptions options = Options(Settings.Read(parsed, common), path, parsed.GetValue(synthetic));
            using LocalBacktests backtests = new(options, TimeProvider.System);
            JsonElement payload = await request.ReadAsync(parsed, File.Exists(path) ? path : null);
            CompletedBacktest completed = await backtests.RunAsync(payload, progress: null, signals.Stop);
            BacktestReport found = BacktestView.Report(completed);
            if (parsed.GetValue(json))
                Console.Out.WriteLine(JsonSerializer.Serialize(completed.Reply, new RunnelOptions().Json)); // as a worker writes it
            else
                BacktestView.Print(found, parsed.GetValue(trades));
            await files.WriteAsync(parsed, found.Title, page => HtmlReport.WriteAsync(found, page), (format, folder, name) => BacktestExport.WriteAsync(found, format, folder, name, signals.Stop));
            return ExitCodes.Success;
        });
        return command;
    }

    /// <exception cref="RunnelException">The klines are not there.</exception>
    internal static TradingOptions Options(Settings settings, string? klines, bool synthetic)
    {
        TradingOptions options = new();
        settings.Configuration.GetSection("Runnel:Trading").Bind(options);
        if (settings.DataDirectory is { } folder)
            options.DataFolder = folder;
        options.AllowSynthetic |= synthetic;
        if (Directory.Exists(klines))
            options.KlinesFolder = klines;
        else if (File.Exists(klines))
            options.KlinesFile = klines;
        else if (klines is not null)
            throw new RunnelException($"--klines is '{klines}', and there is no such file or folder. Give one with klines (CSV or CSV.gz).");
        return options;
    }
}
