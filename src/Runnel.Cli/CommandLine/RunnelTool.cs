using System.CommandLine;
using System.CommandLine.Parsing;
using Runnel.Cli.Commands;

namespace Runnel.Cli.CommandLine;

/// <summary>The tool as a whole: its commands, and what becomes of their failures.</summary>
internal static class RunnelTool
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        CommonOptions common = new();
        RootCommand root = new("Runnel: a light task queue on Redis Streams, and a strategy tester that runs on it.");
        foreach (Command command in arguments is [WorkerProcessVerb.Name, ..] ? [WorkerProcessVerb.Create(common)] : Commands(common))
            root.Add(command);
        common.AddTo(root);

        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null }); // @file is ours
        if (parsed.Errors.Count > 0)
            return Usage(parsed);
        InvocationConfiguration invocation = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            return await parsed.InvokeAsync(invocation);
        }
        catch (Exception e)
        {
            return Failures.Report(e);
        }
    }

    // Not made in a worker process: what they need, and it does not, is several assemblies.
    private static Command[] Commands(CommonOptions common) =>
    [
        WorkerVerb.Create(common),
        WorkersVerb.Create(common),
        AutoscaleVerb.Create(common),
        SubmitVerb.Create(common),
        StatusVerb.Create(common),
        ResultVerb.Create(common),
        StatsVerb.Create(common),
        CancelVerb.Create(common),
        PauseVerbs.CreatePause(common),
        PauseVerbs.CreateResume(common),
        OptimizeVerb.Create(common),
        ScheduleVerb.Create(common),
        FlowVerb.Create(common),
        DeadLetterVerb.Create(common),
        StrategiesVerb.Create(),
        DataVerb.Create(common),
        BacktestVerb.Create(common),
        PortfolioVerb.Create(common),
        DemoVerb.Create(common),
    ];

    private static int Usage(ParseResult parsed)
    {
        foreach (ParseError error in parsed.Errors)
            Console.Error.WriteLine($"error: {error.Message}");
        List<string> path = [];
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Command: not RootCommand } command; at = at.Parent)
            path.Insert(0, command.Command.Name);
        Console.Error.WriteLine($"See: {string.Join(' ', ["runnel", .. path, "--help"])}");
        return ExitCodes.Usage;
    }
}
