using System.CommandLine;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel workers probe</c>: a liveness and readiness check of this machine's workers.</summary>
internal static class ProbeVerb
{
    private static readonly TimeSpan OldestBeat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DefaultAge = TimeSpan.FromSeconds(30);

    public static Command Create(CommonOptions common)
    {
        Option<string?> host = new("--host") { Description = "Machine (in a container, its host name). Default: this one.", HelpName = "NAME" };
        Option<TimeSpan?> age = new("--max-age")
        {
            Description = "Longest time since a worker last came round looking for tasks. Default: 30.",
            HelpName = "SPAN",
            CustomParser = Parsers.Duration("--max-age", TimeSpan.FromHours(1)),
        };
        Command command = new("probe", "Exit 0 if this machine's supervisor and all its workers are well, else 1 and say why. For health checks.") { host, age };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            string name = parsed.GetValue(host) ?? Environment.MachineName;
            SupervisorInfo[] supervisors = [.. (await session.Client.Workers.ListSupervisorsAsync(cancellationToken)).Where(one => one.Host == name)];
            WorkerInfo[] workers = [.. (await session.Client.Workers.ListAsync(cancellationToken)).Where(one => one.Host == name)];
            DateTimeOffset now = (await session.Client.GetLoadAsync(cancellationToken)).At;
            string[] wrong = [.. Wrong(name, supervisors, workers, now, parsed.GetValue(age) ?? DefaultAge)];
            foreach (string line in wrong)
                Console.Error.WriteLine(line);
            if (wrong.Length == 0)
                Console.Out.WriteLine($"well: {workers.Length} worker(s) on {name}");
            return wrong.Length == 0 ? ExitCodes.Success : ExitCodes.Failure;
        }));
        return command;
    }

    private static IEnumerable<string> Wrong(string host, SupervisorInfo[] supervisors, WorkerInfo[] workers, DateTimeOffset now, TimeSpan longest)
    {
        if (supervisors.Length == 0)
            yield return $"no supervisor on {host} shows itself";
        foreach (SupervisorInfo supervisor in supervisors)
        {
            int there = workers.Count(worker => worker.Supervisor == supervisor.Id);
            if (there < supervisor.Workers)
                yield return $"the supervisor {supervisor.Id} has {there} of {supervisor.Workers} worker(s)";
        }

        foreach (WorkerInfo worker in workers)
        {
            if (worker.BeatAt is not { } beat || now - beat > OldestBeat)
                yield return $"{worker.Name} does not say how it is";
            else if (worker.FetchAge > longest)
                yield return $"{worker.Name} last looked for tasks {Words.Seconds(worker.FetchAge)} ago";
        }
    }
}
