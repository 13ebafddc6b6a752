using System.CommandLine;
using Runnel.Cli.CommandLine;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel pause</c> and <c>runnel resume</c>: whether a queue's workers take tasks.</summary>
internal static class PauseVerbs
{
    public static Command CreatePause(CommonOptions common)
    {
        Command command = new("pause", "Have all workers take no more tasks of the queue; running ones go on, submitting does too.");
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            await session.Client.PauseAsync(cancellationToken);
            Console.Out.WriteLine($"Paused the queue {session.Settings.Stream}; go on with: runnel resume");
            return ExitCodes.Success;
        }));
        return command;
    }

    public static Command CreateResume(CommonOptions common)
    {
        Command command = new("resume", "End a pause of the queue.");
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            await session.Client.ResumeAsync(cancellationToken);
            Console.Out.WriteLine($"Resumed the queue {session.Settings.Stream}.");
            return ExitCodes.Success;
        }));
        return command;
    }
}
