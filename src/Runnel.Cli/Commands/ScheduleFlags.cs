using System.CommandLine;
using System.Text;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;

namespace Runnel.Cli.Commands;

/// <summary>What a schedule is made of: all of it where one is added, what changes where one is updated.</summary>
internal sealed class ScheduleFlags
{
    private static readonly TimeSpan LongestExpiry = TimeSpan.FromDays(366);
    private readonly TaskFlags task = new();
    private readonly Option<string?> cron = new("--cron")
    {
        Description = "Five fields (minute hour day month weekday) or six (second first), in quotes.",
        HelpName = "EXPRESSION",
    };

    private readonly Option<string?> timeZone = new("--time-zone") { Description = "IANA name of the zone whose clock it reads, such as Europe/Berlin. Default: UTC.", HelpName = "ZONE" };
    private readonly Option<string?> type = new("--type") { Description = "Task type of what it submits.", HelpName = "TYPE" };
    private readonly Option<TimeSpan?> expiresAfter = new("--expires-after")
    {
        Description = "A task not started this long after it was queued expires: seconds, or a number with s, m, h or d. Default: never.",
        HelpName = "SPAN",
        CustomParser = Parsers.Duration("--expires-after", LongestExpiry),
    };

    private readonly Option<MisfirePolicy?> misfire = new("--misfire")
    {
        Description = "For fire times that no worker was there for: skip, once, or all:N, the latest N of them. Default: skip.",
        HelpName = "POLICY",
        CustomParser = Parsers.Misfire,
    };

    private readonly Option<TimeSpan?> misfireGrace = new("--misfire-grace")
    {
        Description = "How late still counts as on time, 1s to 1h. Default: 60.",
        HelpName = "SPAN",
        CustomParser = Parsers.Duration("--misfire-grace", TimeSpan.FromHours(1)),
    };

    private readonly Option<OverlapPolicy?> overlap = new("--overlap")
    {
        Description = $"Where its previous task has not ended: {string.Join(", ", Enum.GetValues<OverlapPolicy>().Select(Words.Of))}. Default: allow.",
        HelpName = "POLICY",
        CustomParser = Parsers.Overlap,
    };

    /// <param name="command">Where they go.</param>
    /// <param name="needed">Whether a command line must name cron expression and task type.</param>
    public void AddTo(Command command, bool needed)
    {
        cron.Required = type.Required = needed;
        foreach (Option option in new Option[] { cron, timeZone, type, expiresAfter, misfire, misfireGrace, overlap })
            command.Add(option);
        task.AddTo(command);
    }

    public async Task<Schedule> ApplyAsync(ParseResult parsed, Schedule schedule) => schedule with
    {
        Cron = parsed.GetValue(cron) ?? schedule.Cron,
        TimeZone = parsed.GetValue(timeZone) ?? schedule.TimeZone,
        Type = parsed.GetValue(type) ?? schedule.Type,
        Payload = await task.ReadPayloadAsync(parsed) is { } json ? Encoding.UTF8.GetString(json) : schedule.Payload,
        Options = task.Apply(parsed, schedule.Options),
        ExpiresAfter = parsed.GetValue(expiresAfter) ?? schedule.ExpiresAfter,
        Misfire = parsed.GetValue(misfire) ?? schedule.Misfire,
        MisfireGrace = parsed.GetValue(misfireGrace) ?? schedule.MisfireGrace,
        Overlap = parsed.GetValue(overlap) ?? schedule.Overlap,
    };
}
