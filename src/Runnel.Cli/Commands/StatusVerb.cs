using System.CommandLine;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel status ID</c>: where one task is in its life.</summary>
internal static class StatusVerb
{
    public static Command Create(CommonOptions common)
    {
        Argument<string> id = new("ID") { Description = "The id that submit printed." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("status", "Show one task: state, attempt, progress, errors.") { id, json };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            TaskInfo task = await FindAsync(session, parsed.GetRequiredValue(id), cancellationToken);
            if (parsed.GetValue(json))
                JsonViews.Print(JsonViews.Of(task));
            else
                Print(task);
            return ExitCodes.Success;
        }));
        return command;
    }

    /// <exception cref="RunnelException">There is no such task.</exception>
    public static async Task<TaskInfo> FindAsync(QueueSession session, string id, CancellationToken cancellationToken) =>
        await session.Client.FindAsync(id, cancellationToken) ?? throw new RunnelException(
            $"No task {id} is known on the queue {session.Settings.Stream}. Check the id and --stream, or its retention is over.");

    private static void Print(TaskInfo task)
    {
        TextOutput.Fields(
        [
            ("id", task.Id),
            ("type", task.Type),
            ("state", Words.Of(task.State)),
            ("reason", task.Reason),
            ("priority", $"{Words.Of(task.Priority)} ({(int)task.Priority})"),
            ("attempt", $"{task.Attempt} of {task.MaxRetries + 1}"),
            ("progress", task.Progress is null ? null : $"{Words.Of(task.Progress.Fraction)} {task.Progress.Message}".TrimEnd()),
            ("worker", task.Worker),
            ("submitted", Words.Of(task.SubmittedAt)),
            ("started", task.StartedAt is { } started ? Words.Of(started) : null),
            ("due", task.DueAt is { } due ? Words.Of(due) : null),
            ("finished", task.FinishedAt is { } finished ? Words.Of(finished) : null),
        ]);
        foreach (TaskError error in task.Errors)
            Console.Out.WriteLine($"error     attempt {error.Attempt}, {Words.Of(error.At)}, {error.Type}: {error.Message.ReplaceLineEndings(" ")}");
    }
}
