using System.Globalization;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Has what a task needs of the market fetched by tasks of their own: the one that needs it steps aside, without spending an attempt or a worker's
/// place, until it is in the store.</summary>
internal sealed class KlineDependency(RunnelClient client, MarketSources local, BybitClient bybit, TradingOptions options, TimeProvider time)
{
    private static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(0.5), MostWait = TimeSpan.FromSeconds(15);

    /// <summary>Returns once there is nothing to fetch: all is here, or cannot be had from the exchange.</summary>
    /// <exception cref="TaskSnoozedException">Something is being fetched.</exception>
    /// <exception cref="PayloadException">The exchange does not know the symbol.</exception>
    /// <exception cref="NonRetryableException">A fetch failed for good.</exception>
    public async Task EnsureAsync(IReadOnlyList<MarketNeed> needs, TaskContext context, CancellationToken cancellationToken)
    {
        if (!options.AllowBybit)
            return;
        List<TaskInfo> open = [];
        foreach (MarketNeed need in needs)
        {
            if (await FetchAsync(need, context, cancellationToken) is { } fetch)
                open.Add(fetch);
        }

        if (open.Count == 0)
            return;
        string message = string.Create(CultureInfo.InvariantCulture,
            $"waits for its klines, task {open[0].Id}{(open.Count > 1 ? $" and {open.Count - 1} more" : open[0].Progress is { } p ? $" ({p.Fraction:P0})" : "")}");
        await context.ReportProgressAsync(0, message, cancellationToken);
        TimeSpan wait = (time.GetUtcNow() - open.Min(fetch => fetch.SubmittedAt)) / 4; // so it starts late by at most a quarter of what it waited for
        throw new TaskSnoozedException(wait < LeastWait ? LeastWait : wait > MostWait ? MostWait : wait);
    }

    /// <summary>The task that fetches a need; null where there is nothing to wait for.</summary>
    private async Task<TaskInfo?> FetchAsync(MarketNeed need, TaskContext context, CancellationToken cancellationToken)
    {
        if (await need.IsInAsync(local, cancellationToken))
            return null;
        string own = IdOf(need, context);
        bool asked = await client.FindAsync(own, cancellationToken) is not null;
        if (!asked && !(await bybit.CheckRecentlyAsync(cancellationToken)).IsReachable)
            return null;

        DataFetchPayload payload = need.Payload;
        string id = await client.SubmitAsync(
            DataFetchPayload.TaskType, payload, payload.SubmitOptions() with { Id = own, Priority = context.Priority }, cancellationToken);
        TaskInfo? fetch = await client.FindAsync(id, cancellationToken);
        return fetch?.State switch
        {
            null or TaskState.Completed => null,
            TaskState.Failed or TaskState.TimedOut or TaskState.Cancelled or TaskState.Expired => throw Failed(need, context, fetch),
            _ => fetch,
        };
    }

    // A run of its own, so that a retry or a requeued dead letter has it fetched anew; a suffix of its own, since a task may need several.
    private static string IdOf(MarketNeed need, TaskContext context)
    {
        string suffix = string.Create(CultureInfo.InvariantCulture, $".{need.Suffix}.{context.Run}");
        return (context.Id.Length + suffix.Length <= 200 ? context.Id : context.Id[^Math.Min(context.Id.Length, 200 - suffix.Length)..]) + suffix;
    }

    private static RunnelException Failed(MarketNeed need, TaskContext context, TaskInfo fetch)
    {
        TaskError? error = fetch.Errors.Count > 0 ? fetch.Errors[^1] : null;
        string why = error?.Message ?? $"it ended as {fetch.State.ToString().ToLowerInvariant()}";
        if (error?.Type.EndsWith(nameof(PayloadException), StringComparison.Ordinal) == true)
            return new PayloadException("symbol", why);
        return new NonRetryableException($"The {need.Name} could not be fetched by task {fetch.Id}: {why} Once that is mended, type: {need.Command}; "
            + $"then: runnel dlq requeue {context.Id}");
    }
}
