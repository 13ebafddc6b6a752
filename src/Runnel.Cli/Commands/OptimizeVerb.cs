using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;
using Runnel.Reports;
using Runnel.Supervision;
using Runnel.Trading;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel optimize</c>: looks for parameters, on all cores of this machine or by the workers of a queue.</summary>
internal static class OptimizeVerb
{
    public static Command Create(CommonOptions common)
    {
        OptimizeFlags flags = new();
        Option<bool> queue = new("--queue") { Description = "Run it by the workers of the queue instead of here." };
        Option<int?> threads = new Option<int?>("--threads")
        {
            Description = "Without --queue: trials that run at once, 1 to 1024. Default: the number of processors.",
            HelpName = "N",
        }.Within(1, 1024);
        Option<string?> klines = new("--klines")
        {
            Description = "Without --queue: file or folder with klines (CSV, also .gz). Default: what the market-data sources offer.",
            HelpName = "PATH",
        };
        Option<string?> plugins = new("--plugins") { Description = "Without --queue: folder with strategies in C#.", HelpName = "DIR" };
        Option<string?> parquet = new("--parquet")
        {
            Description = "Also write every trial to this Parquet file. With --queue the workers' data folder has to be this one.",
            HelpName = "FILE",
        };
        Option<string?> report = new("--report")
        {
            Description = "Also write an HTML report to this file: first what is luck, then plots. With --queue the workers' data folder has to be this one.",
            HelpName = "FILE",
        };
        Option<bool> json = CommonOptions.Json();
        Command command = new("optimize", "Look for a strategy's parameters: every combination, by a method that samples or learns, walk-forward or k-fold.");
        command.Add(OptimizationControlVerbs.CreatePause(common));
        command.Add(OptimizationControlVerbs.CreateResume(common));
        command.Add(OptimizationControlVerbs.CreateWeight(common));
        flags.AddTo(command);
        foreach (Option option in new Option[] { queue, threads, klines, plugins, parquet, report, json })
            command.Add(option);
        command.SetAction(async parsed =>
        {
            JsonObject payload = await flags.ReadAsync(parsed);
            if (parsed.GetValue(plugins) is { } strategies)
                Plugins.Load(strategies);
            OptimizationReply reply = parsed.GetValue(queue)
                ? await OnQueueAsync(parsed, common, payload)
                : await HereAsync(Settings.Read(parsed, common), payload, parsed.GetValue(threads) ?? Environment.ProcessorCount, parsed.GetValue(klines));
            if (parsed.GetValue(parquet) is { } file && reply.Status == "completed")
                await ExportAsync(Settings.Read(parsed, common), reply.OptimizationId, file);
            if (parsed.GetValue(report) is { } page && reply.Status == "completed")
                await ReportAsync(Settings.Read(parsed, common), reply, page);
            if (parsed.GetValue(json))
                JsonViews.Print(JsonSerializer.SerializeToNode(reply)!);
            else
                OptimizationText.Print(reply);
            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task<OptimizationReply> HereAsync(Settings settings, JsonObject payload, int threads, string? klines)
    {
        using StopSignals signals = new();
        TradingOptions options = WorkerProcessVerb.TradingOf(settings, klines);
        LocalOptimizer optimizer = new(options);
        try
        {
            using OptimizationLine line = new();
            return await optimizer.RunAsync(JsonSerializer.SerializeToElement(payload), threads, line, signals.Stop);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"Interrupted. What was found is kept: the same command with --id {payload["optimization_id"]} goes on from there.");
            throw;
        }
    }

    private static async Task ExportAsync(Settings settings, string id, string file)
    {
        try
        {
            await using FileStream stream = File.Create(file);
            long rows = await new OptimizationArchive(WorkerProcessVerb.TradingOf(settings, null)).WriteParquetAsync(id, stream);
            Console.Error.WriteLine($"Wrote {rows} trials to {Path.GetFullPath(file)}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunnelException($"The file '{file}' cannot be written: {e.Message} The trials are stored; give another --parquet FILE with --id {id}.", e);
        }
    }

    private static async Task ReportAsync(Settings settings, OptimizationReply reply, string file)
    {
        OptimizationReport report = await OptimizationView.ReportAsync(reply, new OptimizationArchive(WorkerProcessVerb.TradingOf(settings, null)));
        try
        {
            await HtmlReport.WriteAsync(report, file);
            Console.Error.WriteLine($"Wrote {Path.GetFullPath(file)}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunnelException($"The file '{file}' cannot be written: {e.Message} The trials are stored; give another --report FILE with --id {reply.OptimizationId}.", e);
        }
    }

    private static async Task<OptimizationReply> OnQueueAsync(ParseResult parsed, CommonOptions common, JsonObject payload)
    {
        OptimizationReply? reply = null;
        await QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            SubmitOptions options = new() { MaxRetries = 2, Timeout = TimeSpan.FromSeconds(7200) };
            string id = await session.Client.SubmitAsync("optimization", payload, options, cancellationToken);
            Console.Error.WriteLine($"Submitted task {id}; waiting for its end (to stop it: runnel cancel {id}).");
            using OptimizationLine line = new();
            TaskInfo task = await line.FollowAsync(session.Client, id, cancellationToken);
            if (task.State != TaskState.Completed)
                throw new TaskFailedException(task);
            reply = await session.Client.GetResultAsync<OptimizationReply>(id, cancellationToken);
            return ExitCodes.Success;
        });
        return reply!;
    }
}
