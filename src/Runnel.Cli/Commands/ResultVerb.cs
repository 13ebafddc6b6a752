using System.CommandLine;
using System.Text.Json.Nodes;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel result ID</c>: the stored result of a completed task.</summary>
internal static class ResultVerb
{
    public static Command Create(CommonOptions common)
    {
        Argument<string> id = new("ID") { Description = "The id that submit printed." };
        Option<bool> json = new("--json") { Description = "Print the result within a document of id, state and result." };
        Command command = new("result", "Print the result of a completed task, as its handler returned it (JSON).") { id, json };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            TaskInfo task = await StatusVerb.FindAsync(session, parsed.GetRequiredValue(id), cancellationToken);
            string? result = await session.Client.GetResultJsonAsync(task.Id, cancellationToken);
            if (task.State != TaskState.Completed || result is null)
                throw new RunnelException($"Task {task.Id} has no result: it is {Words.Of(task.State)}."
                    + (task.Errors.Count > 0 ? $" Its last error: {task.Errors[^1].Message}" : " See runnel status, or wait with runnel submit --wait."));
            if (parsed.GetValue(json))
                JsonViews.Print(new JsonObject { ["id"] = task.Id, ["state"] = Words.Of(task.State), ["result"] = JsonViews.Parsed(result) });
            else
                Console.Out.WriteLine(result);
            return ExitCodes.Success;
        }));
        return command;
    }
}
