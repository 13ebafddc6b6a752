using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using Runnel.Cli.CommandLine;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel submit TYPE</c>: puts one task into the queue.</summary>
internal static class SubmitVerb
{
    public static Command Create(CommonOptions common)
    {
        Argument<string> type = new("TYPE") { Description = "Task type: which handler runs it, for instance backtest." };
        Option<string?> payload = new("--payload")
        {
            Description = "One JSON value, @FILE to read it from a file, or - for standard input. Default: {}.",
            HelpName = "JSON|@FILE|-",
        };
        Option<TaskPriority?> priority = new("--priority")
        {
            Description = "low, normal, high or critical (or 1, 5, 10, 20): higher ones go first. Default: normal.",
            HelpName = "LEVEL",
            CustomParser = ParsePriority,
        };
        Option<int?> retries = new Option<int?>("--max-retries") { Description = "Attempts after the first, 0 to 1000. Default: 3.", HelpName = "N" }.Within(0, 1000);
        Option<int?> timeout = new Option<int?>("--timeout")
        {
            Description = "Longest run of one attempt in seconds, 1 to 2592000. Default: 3600.",
            HelpName = "SECONDS",
        }.Within(1, 2_592_000);
        Option<bool> wait = new("--wait") { Description = "Wait until the task has ended and print its result; exit code 1 if it has none." };
        Command command = new("submit", "Submit one task and print its id.") { type, payload, priority, retries, timeout, wait };
        command.SetAction(async parsed =>
        {
            byte[] json = await ReadPayloadAsync(parsed.GetValue(payload) ?? "{}");
            return await QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
            {
                SubmitOptions options = new()
                {
                    Priority = parsed.GetValue(priority) ?? TaskPriority.Normal,
                    MaxRetries = parsed.GetValue(retries) ?? 3,
                    Timeout = TimeSpan.FromSeconds(parsed.GetValue(timeout) ?? 3600),
                };
                string id = await session.Client.SubmitRawAsync(parsed.GetRequiredValue(type), json, options, cancellationToken);
                if (!parsed.GetValue(wait))
                {
                    Console.Out.WriteLine(id);
                    return ExitCodes.Success;
                }

                Console.Error.WriteLine($"Submitted task {id}; waiting for its end.");
                TaskInfo task = await session.Client.WaitAsync(id, Timeout.InfiniteTimeSpan, cancellationToken);
                if (task.State != TaskState.Completed)
                    throw new TaskFailedException(task);
                Console.Out.WriteLine(await session.Client.GetResultJsonAsync(id, cancellationToken));
                return ExitCodes.Success;
            });
        });
        return command;
    }

    private static TaskPriority? ParsePriority(ArgumentResult result)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (Enum.TryParse(text, ignoreCase: true, out TaskPriority priority) && Enum.IsDefined(priority))
            return priority;
        result.AddError($"--priority is '{text}'; give low, normal, high or critical, or 1, 5, 10 or 20.");
        return default;
    }

    /// <exception cref="RunnelException">The file cannot be read.</exception>
    private static async Task<byte[]> ReadPayloadAsync(string text)
    {
        if (text == "-")
        {
            using MemoryStream all = new();
            await using Stream input = Console.OpenStandardInput();
            await input.CopyToAsync(all);
            return all.ToArray();
        }

        if (!text.StartsWith('@'))
            return Encoding.UTF8.GetBytes(text);
        try
        {
            return await File.ReadAllBytesAsync(text[1..]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new RunnelException($"The payload file '{text[1..]}' cannot be read: {e.Message} Give --payload @FILE with a file that is there.", e);
        }
    }
}
