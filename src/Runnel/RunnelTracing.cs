using System.Diagnostics;
using Runnel.Redis;

namespace Runnel;

/// <summary>The activity source "Runnel": one consumer activity for each attempt, a child of what was current at the submission.</summary>
internal static class RunnelTracing
{
    private static readonly ActivitySource Source = new("Runnel");

    /// <summary>What a submission carries: the W3C traceparent of the present activity; null where there is none.</summary>
    public static string? Current => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : null;

    /// <summary>Starts the activity of an attempt; null where nobody listens.</summary>
    public static Activity? StartAttempt(TaskEntry entry)
    {
        if (!Source.HasListeners())
            return null;
        ActivityContext parent = ActivityContext.TryParse(entry.Trace, null, isRemote: true, out ActivityContext carried) ? carried : default;
        Activity? activity = Source.StartActivity("run " + entry.Type, ActivityKind.Consumer, parent);
        activity?.SetTag("runnel.task.id", entry.TaskId).SetTag("runnel.task.type", entry.Type).SetTag("runnel.task.attempt", entry.Attempt);
        return activity;
    }
}
