using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Runnel.Autoscaling;
using Runnel.Cli.CommandLine;

namespace Runnel.Cli.Commands;

/// <summary>Targets and limits of the autoscaler, for the real one and for the simulated.</summary>
internal sealed class ScalingFlags
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly Option<int?> min = new Option<int?>("--min-workers")
    {
        Description = "Fewest workers, 0 to 1000; with 0 the last one goes when nothing is to be done. Default: 1.",
        HelpName = "N",
    }.Within(0, 1000);

    private readonly Option<int?> max = new Option<int?>("--max-workers") { Description = "Most workers, 1 to 1000. Default: 10.", HelpName = "N" }.Within(1, 1000);
    private readonly Option<TimeSpan?> interval = Span("--interval", "Time between two decisions, 1s to 1h. Default: 30.", Hour);
    private readonly Option<TimeSpan?> sla = Span("--sla", "Longest that a task may wait for a worker. Default: 300.", TimeSpan.FromDays(30));
    private readonly Option<TimeSpan?> cooldownUp = Span("--cooldown-up", "Shortest time from any change to one upwards. Default: 60.", Day);
    private readonly Option<TimeSpan?> cooldownDown = Span("--cooldown-down", "Shortest time from any change to one downwards. Default: 60.", Day);

    private readonly Option<double?> throughput = new Option<double?>("--min-throughput")
    {
        Description = "Tasks per second that are to be completed while tasks wait. Default: 0, no such target.",
        HelpName = "RATE",
    }.Within(0, 1_000_000);

    private readonly Option<double?> utilization = new Option<double?>("--utilization")
    {
        Description = "Share of the slots in use that a change aims at, 0.05 to 1. Default: 0.6.",
        HelpName = "FRACTION",
    }.Within(0.05, 1);

    private readonly Option<int?> backlog = new Option<int?>("--backlog-per-worker")
    {
        Description = "Waiting tasks per worker above which there is to be one worker more at least, from 1. Default: 5.",
        HelpName = "N",
    }.Within(1, int.MaxValue);

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { min, max, interval, sla, cooldownUp, cooldownDown, throughput, utilization, backlog })
            command.Add(option);
    }

    /// <summary>Flags over variables and runnel.json over defaults.</summary>
    /// <exception cref="RunnelException">Some value is wrong; names all.</exception>
    public ScalingOptions Read(ParseResult parsed, IConfiguration configuration)
    {
        ScalingOptions options = new();
        try
        {
            configuration.GetSection("Runnel:Autoscaler").Bind(options);
        }
        catch (InvalidOperationException e)
        {
            throw new RunnelException($"{e.Message} {e.InnerException?.Message}".Trim(), e);
        }

        options = options with
        {
            MinWorkers = parsed.GetValue(min) ?? options.MinWorkers,
            MaxWorkers = parsed.GetValue(max) ?? options.MaxWorkers,
            Interval = parsed.GetValue(interval) ?? options.Interval,
            LatencyTarget = parsed.GetValue(sla) ?? options.LatencyTarget,
            CooldownUp = parsed.GetValue(cooldownUp) ?? options.CooldownUp,
            CooldownDown = parsed.GetValue(cooldownDown) ?? options.CooldownDown,
            MinThroughput = parsed.GetValue(throughput) ?? options.MinThroughput,
            BacklogPerWorker = parsed.GetValue(backlog) ?? options.BacklogPerWorker,
        };
        if (parsed.GetValue(utilization) is { } target)
        {
            options.UtilizationTarget = target; // the thresholds keep their distance
            options.ScaleUpAbove = Math.Max(options.ScaleUpAbove, target);
            options.ScaleDownBelow = Math.Min(options.ScaleDownBelow, target / 2);
        }

        return options.Failures() is { Count: > 0 } failures ? throw new RunnelException(string.Join(Environment.NewLine, failures)) : options;
    }

    private static Option<TimeSpan?> Span(string name, string description, TimeSpan most) => new(name)
    {
        Description = description,
        HelpName = "SPAN",
        CustomParser = Parsers.Duration(name, most),
    };
}
