using System.CommandLine;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel cancel ID</c>: ends a task that waits, and asks a running one to stop.</summary>
internal static class CancelVerb
{
    public static Command Create(CommonOptions common)
    {
        Argument<string> id = new("ID") { Description = "The id that submit printed." };
        Command command = new("cancel", "Cancel a task: one that waits at once; of a running one the handler is told to stop.") { id };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            string taskId = parsed.GetRequiredValue(id);
            CancelResult result = await session.Client.CancelAsync(taskId, cancellationToken);
            if (result is CancelResult.Ended or CancelResult.Unknown)
            {
                TaskInfo task = await StatusVerb.FindAsync(session, taskId, cancellationToken);
                throw new RunnelException($"Task {taskId} cannot be cancelled: it is {Words.Of(task.State)}.");
            }

            Console.Out.WriteLine(result == CancelResult.Cancelled
                ? $"Cancelled task {taskId}."
                : $"Told the handler of task {taskId} to stop; runnel status {taskId} shows when it has.");
            return ExitCodes.Success;
        }));
        return command;
    }
}
