using System.CommandLine.Parsing;
using System.Globalization;

namespace Runnel.Cli.CommandLine;

/// <summary>Reads values that options share. What cannot be read is a usage error that names option, value and what to give.</summary>
internal static class Parsers
{
    private const string DurationRemedy = "give seconds, or a number with s, m, h or d, for instance 90, 1.5h or 7d";

    /// <summary>A span: bare seconds, or a number with s, m, h or d.</summary>
    public static Func<ArgumentResult, TimeSpan?> Duration(string option, TimeSpan most) => result =>
    {
        string text = Text(result);
        if (TryDuration(text) is { } span && span <= most)
            return span;
        result.AddError($"{option} is '{text}'; {DurationRemedy}, at most {most.TotalSeconds:0} s.");
        return null;
    };

    /// <summary>A number of bytes, or one with K, M or G (of 1,024).</summary>
    public static Func<ArgumentResult, long?> Size(string option, long least) => result =>
    {
        string text = Text(result);
        int shift = text.Length == 0 ? 0 : char.ToUpperInvariant(text[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        if (double.TryParse(shift == 0 ? text : text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && value * (1L << shift) is var bytes && bytes >= least && bytes < 1e15)
            return (long)bytes;
        result.AddError($"{option} is '{text}'; give bytes, or a number with K, M or G, at least {least}, for instance 512M or 2G.");
        return null;
    };

    /// <summary>A moment: ISO 8601, UTC where it names no offset, or a span from now.</summary>
    public static Func<ArgumentResult, DateTimeOffset?> Moment(string option) => result =>
    {
        string text = Text(result);
        if (TryDuration(text) is { } span && span <= TimeSpan.FromDays(36_500))
            return TimeProvider.System.GetUtcNow() + span;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset moment)
            && text.Contains('-', StringComparison.Ordinal))
            return moment;
        result.AddError($"{option} is '{text}'; give a time such as 2026-01-31T12:00Z, or a span from now: {DurationRemedy[5..]}.");
        return null;
    };

    public static TaskPriority? Priority(ArgumentResult result)
    {
        string text = Text(result);
        if (Enum.TryParse(text, ignoreCase: true, out TaskPriority priority) && Enum.IsDefined(priority))
            return priority;
        result.AddError($"--priority is '{text}'; give low, normal, high or critical, or 1, 5, 10 or 20.");
        return default;
    }

    public static RetryPolicy? Backoff(ArgumentResult result)
    {
        string text = Text(result);
        string[] parts = text.Split(':');
        try
        {
            return parts[0] switch
            {
                "exponential" when parts.Length <= 3 => RetryPolicy.Exponential(
                    parts.Length > 1 ? Seconds(parts[1]) : null, parts.Length > 2 ? double.Parse(parts[2], CultureInfo.InvariantCulture) : 0),
                "fixed" when parts.Length == 2 => RetryPolicy.Fixed(Seconds(parts[1])),
                "sequence" when parts.Length == 2 => RetryPolicy.Sequence([.. parts[1].Split(',').Select(Seconds)]),
                _ => throw new FormatException(),
            };
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            result.AddError($"--backoff is '{text}'; give exponential[:CAP[:JITTER]], fixed:WAIT or sequence:A,B,…, waits in seconds, jitter 0 to 1.");
            return null;
        }
    }

    public static MisfirePolicy? Misfire(ArgumentResult result)
    {
        string text = Text(result);
        switch (text)
        {
            case "skip": return MisfirePolicy.Skip;
            case "once": return MisfirePolicy.Once;
        }

        if (text.StartsWith("all:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out int most) && most is >= 1 and <= 1000)
            return MisfirePolicy.All(most);
        result.AddError($"--misfire is '{text}'; give skip, once, or all:N with N from 1 to 1000.");
        return null;
    }

    public static OverlapPolicy? Overlap(ArgumentResult result)
    {
        string text = Text(result);
        OverlapPolicy[] known = Enum.GetValues<OverlapPolicy>();
        int at = Array.FindIndex(known, policy => Output.Words.Of(policy) == text);
        if (at >= 0)
            return known[at];
        result.AddError($"--overlap is '{text}'; give {string.Join(", ", known.Select(Output.Words.Of))}.");
        return null;
    }

    private static string Text(ArgumentResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : "";

    private static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));

    public static TimeSpan? TryDuration(string text)
    {
        double unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 };
        ReadOnlySpan<char> number = unit == 0 ? text : text.AsSpan(0, text.Length - 1);
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value * Math.Max(unit, 1) < 1e11
            ? TimeSpan.FromSeconds(value * Math.Max(unit, 1))
            : null;
    }
}
