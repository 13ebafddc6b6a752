using System.CommandLine;
using System.Text.Json.Nodes;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel dlq list</c>: the tasks that wait for a person's decision.</summary>
internal static class DeadLetterVerb
{
    private const int DefaultMost = 50;

    public static Command Create(CommonOptions common) => new("dlq", "Look after dead letters: tasks that will not be retried.") { CreateList(common) };

    private static Command CreateList(CommonOptions common)
    {
        Option<int?> most = new Option<int?>("--limit") { Description = $"Most letters to list. Default: {DefaultMost}.", HelpName = "N" }.Within(1, 1_000_000);
        Option<bool> json = CommonOptions.Json();
        Command command = new("list", "List dead letters, the newest first, with their error history.") { most, json };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            List<DeadLetter> letters = [];
            await foreach (DeadLetter letter in session.Client.DeadLetters.ListAsync(most: parsed.GetValue(most) ?? DefaultMost, cancellationToken: cancellationToken))
                letters.Add(letter);
            if (parsed.GetValue(json))
                JsonViews.Print(new JsonArray([.. letters.Select(JsonViews.Of)]));
            else
                Print(letters);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static void Print(List<DeadLetter> letters)
    {
        if (letters.Count == 0)
        {
            Console.Out.WriteLine("No dead letters.");
            return;
        }

        TextOutput.Table(["id", "type", "died", "reason", "attempt", "error"], [.. letters.SelectMany(Rows)]);
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
