using System.CommandLine;
using Runnel.Cli.CommandLine;
using Runnel.Trading;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel optimize pause</c>, <c>resume</c> and <c>weight</c>: an optimization that runs on a queue, by its own id.</summary>
internal static class OptimizationControlVerbs
{
    public static Command CreatePause(CommonOptions common) => Create(
        common, "pause", "Have an optimization on the queue start no further chunk; running ones end, and what it found is kept.",
        (client, id, cancellationToken) => client.PauseOptimizationAsync(id, cancellationToken), id => $"Paused the optimization {id}; go on with: runnel optimize resume {id}");

    public static Command CreateResume(CommonOptions common) => Create(
        common, "resume", "End the pause of an optimization.",
        (client, id, cancellationToken) => client.ResumeOptimizationAsync(id, cancellationToken), id => $"Resumed the optimization {id}.");

    public static Command CreateWeight(CommonOptions common)
    {
        Argument<string> id = Id();
        Argument<double> weight = new("WEIGHT") { Description = "Its turns for each turn of a group with weight 1, 0.001 to 1000." };
        Command command = new("weight", "Set an optimization's share of the workers, also while it runs.") { id, weight };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            await session.Client.SetOptimizationWeightAsync(parsed.GetRequiredValue(id), parsed.GetValue(weight), cancellationToken);
            Console.Out.WriteLine(FormattableString.Invariant($"The optimization {parsed.GetValue(id)} has the weight {parsed.GetValue(weight)}."));
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command Create(
        CommonOptions common, string name, string description, Func<RunnelClient, string, CancellationToken, Task> change, Func<string, string> done)
    {
        Argument<string> id = Id();
        Command command = new(name, description) { id };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            await change(session.Client, parsed.GetRequiredValue(id), cancellationToken);
            Console.Out.WriteLine(done(parsed.GetRequiredValue(id)));
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Argument<string> Id() => new("ID") { Description = "The optimization_id of the payload (not the task's id)." };
}
