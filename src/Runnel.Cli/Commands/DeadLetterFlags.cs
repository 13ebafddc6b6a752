using System.CommandLine;
using Runnel.Cli.CommandLine;

namespace Runnel.Cli.Commands;

/// <summary>Which dead letters a command means: by filters, or by ids.</summary>
internal sealed class DeadLetterFlags
{
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(36_500);
    private readonly Option<string?> type = new("--type") { Description = "Only of this task type.", HelpName = "TYPE" };
    private readonly Option<string?> reason = new("--reason")
    {
        Description = "Only with this reason: failed, timeout, deadline, rejected, no_handler, poison or unreadable.",
        HelpName = "REASON",
    };

    private readonly Option<TimeSpan?> olderThan = new("--older-than")
    {
        Description = "Only those dead for at least this long: seconds, or a number with s, m, h or d.",
        HelpName = "SPAN",
        CustomParser = Parsers.Duration("--older-than", Oldest),
    };

    private readonly Option<string?> text = new("--text") { Description = "Only with this text in id, payload or an error; case does not matter.", HelpName = "TEXT" };

    private Option[] Filters => [type, reason, olderThan, text];

    public DeadLetterFlags() => reason.AcceptOnlyFromAmong("failed", "timeout", "deadline", "rejected", "no_handler", "poison", "unreadable");

    /// <summary>The ids to work on, where a command takes some.</summary>
    public Argument<string[]> Ids { get; } = new("ID") { Description = "Ids of dead letters.", Arity = ArgumentArity.ZeroOrMore };

    public Option<bool> All { get; } = new("--all") { Description = "All dead letters that match the filters, instead of ids." };

    public void AddFiltersTo(Command command)
    {
        foreach (Option filter in Filters)
            command.Add(filter);
    }

    /// <summary>Adds ids, --all and the filters, of which a command line has either ids or --all.</summary>
    public void AddChoiceTo(Command command)
    {
        command.Add(Ids);
        command.Add(All);
        AddFiltersTo(command);
        command.Validators.Add(result =>
        {
            bool ids = result.GetResult(Ids) is { Tokens.Count: > 0 };
            bool all = result.GetResult(All) is not null;
            if (ids == all)
                result.AddError("Give ids of dead letters, or --all.");
            else if (ids && Filters.Any(filter => result.GetResult(filter) is not null))
                result.AddError("Filters choose among --all; leave them out where ids are given.");
        });
    }

    public DeadLetterFilter Filter(ParseResult parsed) => new()
    {
        Type = parsed.GetValue(type),
        Reason = parsed.GetValue(reason),
        OlderThan = parsed.GetValue(olderThan),
        Text = parsed.GetValue(text),
    };
}
