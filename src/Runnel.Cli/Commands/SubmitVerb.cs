using System.CommandLine;
using Runnel.Cli.CommandLine;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel submit TYPE</c>: puts one task into the queue.</summary>
internal static class SubmitVerb
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(366);

    public static Command Create(CommonOptions common)
    {
        Argument<string> type = new("TYPE") { Description = "Task type: which handler runs it, for instance backtest." };
        TaskFlags task = new();
        Option<string?> id = new("--id")
        {
            Description = "An id of your own, without blanks: submitting it again changes nothing. Default: Redis gives one.",
            HelpName = "ID",
        };
        Option<TimeSpan?> delay = new("--delay")
        {
            Description = "Queue it only after this long: seconds, or a number with s, m, h or d. Default: at once.",
            HelpName = "SPAN",
            CustomParser = Parsers.Duration("--delay", LongestDelay),
        };
        Option<DateTimeOffset?> at = Moment("--at", "Queue it only at this time. Default: at once.");
        Option<DateTimeOffset?> expires = Moment("--expires", "Not worth starting after this time: it ends as expired. Default: never.");
        Option<DateTimeOffset?> deadline = Moment("--deadline", "All attempts must be over by this time. Default: none.");
        Option<bool> wait = new("--wait") { Description = "Wait until the task has ended and print its result; exit code 1 if it has none." };
        Command command = new("submit", "Submit one task and print its id.") { type };
        task.AddTo(command);
        foreach (Option option in new Option[] { id, delay, at, expires, deadline, wait })
            command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetResult(delay) is not null && result.GetResult(at) is not null)
                result.AddError("--delay and --at both say when; give one of them.");
        });
        command.SetAction(async parsed =>
        {
            byte[] json = await task.ReadPayloadAsync(parsed) ?? "{}"u8.ToArray();
            return await QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
            {
                SubmitOptions options = task.Apply(parsed, new SubmitOptions
                {
                    Id = parsed.GetValue(id),
                    Delay = parsed.GetValue(delay),
                    DueAt = parsed.GetValue(at),
                    ExpiresAt = parsed.GetValue(expires),
                    Deadline = parsed.GetValue(deadline),
                });
                string taskId = await session.Client.SubmitRawAsync(parsed.GetRequiredValue(type), json, options, cancellationToken);
                if (!parsed.GetValue(wait))
                {
                    Console.Out.WriteLine(taskId);
                    return ExitCodes.Success;
                }

                Console.Error.WriteLine($"Submitted task {taskId}; waiting for its end.");
                TaskInfo ended = await session.Client.WaitAsync(taskId, Timeout.InfiniteTimeSpan, cancellationToken);
                if (ended.State != TaskState.Completed)
                    throw new TaskFailedException(ended);
                Console.Out.WriteLine(await session.Client.GetResultJsonAsync(taskId, cancellationToken));
                return ExitCodes.Success;
            });
        });
        return command;
    }

    private static Option<DateTimeOffset?> Moment(string name, string description) => new(name)
    {
        Description = description + " ISO 8601 (UTC where it has no offset), or a span from now such as 90 or 2h.",
        HelpName = "TIME",
        CustomParser = Parsers.Moment(name),
    };
}
