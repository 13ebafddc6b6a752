using System.CommandLine;
using System.Text;
using Runnel.Cli.CommandLine;

namespace Runnel.Cli.Commands;

/// <summary>What a task is made of, for one that is submitted and for those of a schedule.</summary>
internal sealed class TaskFlags
{
    public Option<string?> Payload { get; } = new("--payload")
    {
        Description = "One JSON value, @FILE to read it from a file, or - for standard input. Default: {}.",
        HelpName = "JSON|@FILE|-",
    };

    public Option<TaskPriority?> Priority { get; } = new("--priority")
    {
        Description = "low, normal, high or critical (or 1, 5, 10, 20): higher ones go first. Default: normal.",
        HelpName = "LEVEL",
        CustomParser = Parsers.Priority,
    };

    public Option<int?> Retries { get; } = new Option<int?>("--max-retries")
    {
        Description = "Attempts after the first, 0 to 1000. Default: 3.",
        HelpName = "N",
    }.Within(0, 1000);

    public Option<int?> Timeout { get; } = new Option<int?>("--timeout")
    {
        Description = "Longest run of one attempt in seconds, 1 to 2592000. Default: 3600.",
        HelpName = "SECONDS",
    }.Within(1, 2_592_000);

    public Option<RetryPolicy?> Backoff { get; } = new("--backoff")
    {
        Description = "Waits between attempts in seconds: exponential[:CAP[:JITTER]], fixed:WAIT or sequence:A,B,… Default: as the task type has it, 2^n.",
        HelpName = "POLICY",
        CustomParser = Parsers.Backoff,
    };

    public void AddTo(Command command)
    {
        command.Add(Payload);
        command.Add(Priority);
        command.Add(Retries);
        command.Add(Timeout);
        command.Add(Backoff);
    }

    /// <summary>The given options with those that the command line names.</summary>
    public SubmitOptions Apply(ParseResult parsed, SubmitOptions options) => options with
    {
        Priority = parsed.GetValue(Priority) ?? options.Priority,
        MaxRetries = parsed.GetValue(Retries) ?? options.MaxRetries,
        Timeout = parsed.GetValue(Timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : options.Timeout,
        Retry = parsed.GetValue(Backoff) ?? options.Retry,
    };

    /// <summary>The payload that the command line names; null where it names none.</summary>
    /// <exception cref="RunnelException">The file cannot be read.</exception>
    public Task<byte[]?> ReadPayloadAsync(ParseResult parsed) => ReadPayloadAsync(parsed.GetValue(Payload));

    /// <summary>The JSON that a value of --payload names; null for none.</summary>
    /// <exception cref="RunnelException">The file cannot be read.</exception>
    public static async Task<byte[]?> ReadPayloadAsync(string? text)
    {
        if (text is null)
            return null;
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
