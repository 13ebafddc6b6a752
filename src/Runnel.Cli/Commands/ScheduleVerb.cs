using System.CommandLine;
using System.Text.Json.Nodes;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel schedule</c>: tasks that are submitted again and again, by cron expressions.</summary>
internal static class ScheduleVerb
{
    private const int DefaultCount = 5;

    public static Command Create(CommonOptions common) => new("schedule", "Look after schedules: tasks submitted again and again by a cron expression.")
    {
        CreateList(common),
        CreateShow(common),
        CreateAdd(common),
        CreateUpdate(common),
        CreateChange(common, "rm", "Remove a schedule; tasks that it submitted stay.", "Removed", (schedules, id, token) => schedules.RemoveAsync(id, token)),
        CreateChange(common, "pause", "Have a schedule rest; its fire times pass.", "Paused", (schedules, id, token) => schedules.PauseAsync(id, token)),
        CreateChange(common, "resume", "End a schedule's rest; it fires from now on.", "Resumed", (schedules, id, token) => schedules.ResumeAsync(id, token)),
        CreateTrigger(common),
        CreateNext(common),
    };

    private static Command CreateList(CommonOptions common)
    {
        Option<bool> json = CommonOptions.Json();
        Command command = new("list", "List schedules, the next to fire first.") { json };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            IReadOnlyList<ScheduleInfo> schedules = await session.Client.Schedules.ListAsync(cancellationToken);
            if (parsed.GetValue(json))
                JsonViews.Print(new JsonArray([.. schedules.Select(ScheduleViews.Json)]));
            else
                ScheduleViews.Print(schedules);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command CreateShow(CommonOptions common)
    {
        Argument<string> id = Id();
        Option<bool> json = CommonOptions.Json();
        Command command = new("show", "Show one schedule.") { id, json };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            ScheduleInfo schedule = await FindAsync(session, parsed.GetRequiredValue(id), cancellationToken);
            if (parsed.GetValue(json))
                JsonViews.Print(ScheduleViews.Json(schedule));
            else
                ScheduleViews.Print(schedule);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command CreateAdd(CommonOptions common)
    {
        Argument<string> id = new("ID") { Description = "A name for the schedule, 1 to 100 characters without blanks." };
        ScheduleFlags flags = new();
        Option<bool> paused = new("--paused") { Description = "Add it at rest; runnel schedule resume starts it." };
        Command command = new("add", "Add a schedule and print when it fires next.") { id };
        flags.AddTo(command, needed: true);
        command.Add(paused);
        command.SetAction(async parsed =>
        {
            Schedule schedule = await flags.ApplyAsync(
                parsed, new Schedule { Id = parsed.GetRequiredValue(id), Cron = "", Type = "", Payload = "{}", Paused = parsed.GetValue(paused) });
            return await QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
            {
                await session.Client.Schedules.AddAsync(schedule, cancellationToken);
                await SayNextAsync(session, "Added", schedule.Id, cancellationToken);
                return ExitCodes.Success;
            });
        });
        return command;
    }

    private static Command CreateUpdate(CommonOptions common)
    {
        Argument<string> id = Id();
        ScheduleFlags flags = new();
        Command command = new("update", "Change what the flags name of a schedule; the rest stays.") { id };
        flags.AddTo(command, needed: false);
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            ScheduleInfo known = await FindAsync(session, parsed.GetRequiredValue(id), cancellationToken);
            await session.Client.Schedules.UpdateAsync(await flags.ApplyAsync(parsed, known.Schedule), cancellationToken);
            await SayNextAsync(session, "Updated", known.Schedule.Id, cancellationToken);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command CreateChange(
        CommonOptions common, string name, string description, string done, Func<Schedules, string, CancellationToken, Task<bool>> change)
    {
        Argument<string> id = Id();
        Command command = new(name, description) { id };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            if (!await change(session.Client.Schedules, parsed.GetRequiredValue(id), cancellationToken))
                throw Unknown(session, parsed.GetRequiredValue(id));
            Console.Out.WriteLine($"{done} the schedule {parsed.GetRequiredValue(id)}.");
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command CreateTrigger(CommonOptions common)
    {
        Argument<string> id = Id();
        Command command = new("trigger", "Submit a schedule's task now, out of turn, and print its id.") { id };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            Console.Out.WriteLine(await session.Client.Schedules.TriggerNowAsync(parsed.GetRequiredValue(id), cancellationToken));
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command CreateNext(CommonOptions common)
    {
        Argument<string> id = Id();
        Option<int?> count = new Option<int?>("--count") { Description = $"How many times, 1 to 10000. Default: {DefaultCount}.", HelpName = "N" }.Within(1, 10_000);
        Option<bool> json = CommonOptions.Json();
        Command command = new("next", "Show when a schedule fires next, as if it were not paused.") { id, count, json };
        command.SetAction(parsed => QueueSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            IReadOnlyList<DateTimeOffset> times = await session.Client.Schedules.NextFireTimesAsync(
                parsed.GetRequiredValue(id), parsed.GetValue(count) ?? DefaultCount, cancellationToken);
            if (parsed.GetValue(json))
                JsonViews.Print(new JsonArray([.. times.Select(time => (JsonNode?)Words.Iso(time))]));
            else
                Console.Out.WriteLine(string.Join(Environment.NewLine, times.Select(Words.Of)));
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Argument<string> Id() => new("ID") { Description = "The schedule's name." };

    private static async Task SayNextAsync(QueueSession session, string done, string id, CancellationToken cancellationToken)
    {
        ScheduleInfo? info = await session.Client.Schedules.GetAsync(id, cancellationToken);
        Console.Out.WriteLine($"{done} the schedule {id}; it {(info?.NextFire is { } next ? $"fires next at {Words.Of(next)}" : "is paused")}.");
    }

    private static async Task<ScheduleInfo> FindAsync(QueueSession session, string id, CancellationToken cancellationToken) =>
        await session.Client.Schedules.GetAsync(id, cancellationToken) ?? throw Unknown(session, id);

    private static RunnelException Unknown(QueueSession session, string id) =>
        new($"No schedule '{id}' is known on the queue {session.Settings.Stream}. Check the id and --stream; runnel schedule list shows all.");
}
