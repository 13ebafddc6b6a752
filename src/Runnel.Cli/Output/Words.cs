using System.Globalization;

namespace Runnel.Cli.Output;

/// <summary>How values look in text and JSON.</summary>
internal static class Words
{
    public static string Of(TaskState state) => state == TaskState.TimedOut ? "timeout" : state.ToString().ToLowerInvariant();

    public static string Of(TaskPriority priority) => priority.ToString().ToLowerInvariant();

    public static string Of(OverlapPolicy policy) => policy == OverlapPolicy.CancelPrevious ? "cancel-previous" : policy.ToString().ToLowerInvariant();

    public static string Of(MisfirePolicy policy) => policy.Most switch { 0 => "skip", 1 => "once", int most => $"all:{most}" };

    public static string Of(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);

    public static string Iso(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Of(double fraction) => fraction.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);

    public static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + " s";
}
