using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;
using Runnel.Reports;
using Runnel.Supervision;
using Runnel.Trading;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel portfolio</c>: one strategy on several symbols with one account, in this process, by the code of the task of that name.</summary>
internal static class PortfolioVerb
{
    public static Command Create(CommonOptions common)
    {
        BacktestFlags request = new() { OfPortfolio = true };
        Option<string?> klines = new("--klines")
        {
            Description = "Folder with a file of klines for each symbol (CSV, also .gz). Default: what the market-data sources offer.",
            HelpName = "DIR",
        };
        Option<bool> synthetic = new("--synthetic") { Description = "Allow the synthetic market where nothing else has the klines: invented ones." };
        Option<bool> trades = new("--trades") { Description = "Have every closed trade in the result, and print it." };
        Option<bool> json = new("--json") { Description = "Print the result of the task alone, as 'runnel submit portfolio --wait' does." };
        ReportFlags files = new();
        Command command = new("portfolio", "Run one strategy on several symbols that share an account, here, without a queue.");
        request.AddTo(command);
        foreach (Option option in new Option[] { klines, synthetic, trades, json })
            command.Add(option);
        files.AddTo(command);
        command.SetAction(async parsed =>
        {
            using StopSignals signals = new();
            string? folder = parsed.GetValue(klines);
            if (File.Exists(folder))
                throw new RunnelException($"--klines is '{folder}', one file, and a portfolio needs one for each symbol. Give the folder that holds them.");
            using LocalBacktests backtests = new(BacktestVerb.Options(Settings.Read(parsed, common), folder, parsed.GetValue(synthetic)), TimeProvider.System);
            JsonElement payload = await request.ReadAsync(parsed, klinesFile: null);
            CompletedPortfolio completed = await backtests.RunPortfolioAsync(parsed.GetValue(trades) ? WithTrades(payload) : payload, signals.Stop);
            if (parsed.GetValue(json))
                Console.Out.WriteLine(JsonSerializer.Serialize(completed.Reply, new RunnelOptions().Json)); // as a worker writes it
            else
                PortfolioView.Print(completed.Reply);
            PortfolioReport found = PortfolioView.Report(completed);
            await files.WriteAsync(parsed, found.Title, page => HtmlReport.WriteAsync(found, page), (format, folder, name) => BacktestExport.WriteAsync(found, format, folder, name, signals.Stop));
            return ExitCodes.Success;
        });
        return command;
    }

    private static JsonElement WithTrades(JsonElement payload)
    {
        JsonObject request = JsonObject.Create(payload)!;
        request["trades"] = true;
        return JsonSerializer.SerializeToElement(request);
    }
}
