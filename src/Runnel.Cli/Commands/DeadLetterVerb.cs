using System.CommandLine;
using System.Text.Json.Nodes;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel dlq</c>: the tasks that wait for a person's decision.</summary>
internal static class DeadLetterVerb
{
    private const int DefaultMost = 50;

    public static Command Create(CommonOptions common) => new("dlq", "Look after dead letters: tasks that will not be retried.")
    {
        CreateList(common), CreateShow(common), CreateRequeue(common), CreatePurge(common),
    };

    private static Command CreateList(CommonOptions common)
    {
        DeadLetterFlags flags = new();
        Option<int?> most = new Option<int?>("--limit") { Description = $"Most letters to list. Default: {DefaultMost}.", HelpName = "N" }.Within(1, 1_000_000);
        Option<bool> json = CommonOptions.Json();
        Command command = new("list", "List dead letters, the newest first, with their error history.") { most, json };
        flags.AddFiltersTo(command);
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            List<DeadLetter> letters = [];
            await foreach (DeadLetter letter in session.Client.DeadLetters.ListAsync(flags.Filter(parsed), parsed.GetValue(most) ?? DefaultMost, cancellationToken))
                letters.Add(letter);
            if (parsed.GetValue(json))
                JsonViews.Print(new JsonArray([.. letters.Select(JsonViews.Of)]));
            else
                Print(letters);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command CreateShow(CommonOptions common)
    {
        Argument<string> id = new("ID") { Description = "Id of a dead letter." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("show", "Show one dead letter: payload, every error with its stack.") { id, json };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            DeadLetter letter = await session.Client.DeadLetters.FindAsync(parsed.GetRequiredValue(id), cancellationToken)
                ?? throw Unknown(session, parsed.GetRequiredValue(id));
            if (parsed.GetValue(json))
                JsonViews.Print(JsonViews.Of(letter));
            else
                Print(letter);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command CreateRequeue(CommonOptions common)
    {
        DeadLetterFlags flags = new();
        Command command = new("requeue", "Put dead letters back into their streams: attempts start anew, the error history stays.");
        flags.AddChoiceTo(command);
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, (session, cancellationToken) => EachAsync(
            parsed, flags, session, "Requeued", session.Client.DeadLetters.RequeueAsync, session.Client.DeadLetters.RequeueAllAsync, cancellationToken)));
        return command;
    }

    private static Command CreatePurge(CommonOptions common)
    {
        DeadLetterFlags flags = new();
        Option<bool> yes = new("--yes") { Description = "Really: needed with --all." };
        Command command = new("purge", "Delete dead letters for good.") { yes };
        flags.AddChoiceTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(flags.All) is not null && result.GetResult(yes) is null)
                result.AddError("purge --all deletes dead letters for good; look at them with runnel dlq list, then add --yes.");
        });
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, (session, cancellationToken) => EachAsync(
            parsed, flags, session, "Purged", session.Client.DeadLetters.PurgeAsync, session.Client.DeadLetters.PurgeAllAsync, cancellationToken)));
        return command;
    }

    /// <summary>Does to each id, or to all that match, what a command is for. Ids that are no dead letters stop none of the others.</summary>
    private static async Task<int> EachAsync(
        ParseResult parsed,
        DeadLetterFlags flags,
        QueueSession session,
        string done,
        Func<string, CancellationToken, Task<bool>> one,
        Func<DeadLetterFilter?, CancellationToken, Task<int>> all,
        CancellationToken cancellationToken)
    {
        int count = 0;
        List<RunnelException> failed = [];
        if (parsed.GetValue(flags.All))
            count = await all(flags.Filter(parsed), cancellationToken);
        foreach (string id in parsed.GetValue(flags.Ids) ?? [])
        {
            try
            {
                if (await one(id, cancellationToken))
                    count++;
                else
                    failed.Add(Unknown(session, id));
            }
            catch (RunnelException e) when (e is not RedisUnavailableException)
            {
                failed.Add(e);
            }
        }

        Console.Out.WriteLine($"{done} {count} dead letter{(count == 1 ? "" : "s")}.");
        return failed.Select(Failures.Report).LastOrDefault(ExitCodes.Success);
    }

    private static RunnelException Unknown(QueueSession session, string id) =>
        new($"{id} is no dead letter of the queue {session.Settings.Stream}. Check the id and --stream; runnel dlq list shows all.");

    private static void Print(List<DeadLetter> letters)
    {
        if (letters.Count == 0)
        {
            Console.Out.WriteLine("No dead letters.");
            return;
        }

        TextOutput.Table(["id", "type", "died", "reason", "attempt", "error"], [.. letters.SelectMany(Rows)]);
    }

    private static void Print(DeadLetter letter)
    {
        TaskInfo task = letter.Task;
        TextOutput.Fields(
        [
            ("id", task.Id),
            ("type", task.Type),
            ("reason", task.Reason ?? Words.Of(task.State)),
            ("attempt", $"{task.Attempt} of {task.MaxRetries + 1}"),
            ("submitted", Words.Of(task.SubmittedAt)),
            ("died", Words.Of(letter.DiedAt)),
            ("payload", letter.Payload),
        ]);
        foreach (TaskError error in task.Errors)
        {
            Console.Out.WriteLine($"error      attempt {error.Attempt}, {Words.Of(error.At)}, {error.Worker}, {error.Type}: {error.Message}");
            if (error.Stack.Length > 0)
                Console.Out.WriteLine(error.Stack);
        }
    }

    // A row per failed attempt, so that the history is there without --json.
    private static IEnumerable<string[]> Rows(DeadLetter letter)
    {
        TaskInfo task = letter.Task;
        string[] head = [task.Id, task.Type, Words.Of(letter.DiedAt), task.Reason ?? Words.Of(task.State)];
        return task.Errors.Count == 0
            ? [[.. head, $"{task.Attempt}", ""]]
            : task.Errors.Select(error => (string[])[.. head, $"{error.Attempt}", $"{error.Type}: {error.Message.ReplaceLineEndings(" ")}"]);
    }
}
