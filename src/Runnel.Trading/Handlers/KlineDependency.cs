using System.Globalization;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Has the klines of a task fetched by a task of their own: the one that needs them steps aside, without spending an attempt or a worker's place,
/// until they are in the store.</summary>
internal sealed class KlineDependency(RunnelClient client, IKlineSource local, BybitClient bybit, TradingOptions options, TimeProvider time)
{
    private static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(0.5), MostWait = TimeSpan.FromSeconds(15);

    /// <summary>Returns once there is nothing to fetch: the klines are here, or cannot be had from the exchange.</summary>
    /// <exception cref="TaskSnoozedException">They are being fetched.</exception>
    /// <exception cref="PayloadException">The exchange does not know the symbol.</exception>
    /// <exception cref="NonRetryableException">The fetch failed for good.</exception>
    public async Task EnsureAsync(KlineRequest request, TaskContext context, CancellationToken cancellationToken)
    {
        if (!options.AllowBybit || await IsHereAsync(request, cancellationToken))
            return;
        string own = IdOf(request, context);
        bool asked = await client.FindAsync(own, cancellationToken) is not null;
        if (!asked && !(await bybit.CheckRecentlyAsync(cancellationToken)).IsReachable)
            return;

        DataFetchPayload payload = DataFetchPayload.Of(request);
        string id = await client.SubmitAsync(
            DataFetchPayload.TaskType, payload, payload.SubmitOptions() with { Id = own, Priority = context.Priority }, cancellationToken);
        TaskInfo? fetch = await client.FindAsync(id, cancellationToken);
        switch (fetch?.State)
        {
            case null or TaskState.Completed:
                return;
            case TaskState.Failed or TaskState.TimedOut or TaskState.Cancelled or TaskState.Expired:
                throw Failed(request, context, fetch);
        }

        string message = string.Create(CultureInfo.InvariantCulture, $"waits for its klines, task {id}{(fetch.Progress is { } p ? $" ({p.Fraction:P0})" : "")}");
        await context.ReportProgressAsync(0, message, cancellationToken);
        TimeSpan wait = (time.GetUtcNow() - fetch.SubmittedAt) / 4; // so it starts late by at most a quarter of what it waited for
        throw new TaskSnoozedException(wait < LeastWait ? LeastWait : wait > MostWait ? MostWait : wait);
    }

    private async Task<bool> IsHereAsync(KlineRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await local.LoadAsync(request, cancellationToken);
            return true;
        }
        catch (KlinesNotFoundException)
        {
            return false;
        }
    }

    // A run of its own, so that a retry or a requeued dead letter has the klines fetched anew; an interval of its own, since a task may need two.
    private static string IdOf(KlineRequest request, TaskContext context)
    {
        string suffix = string.Create(CultureInfo.InvariantCulture, $".klines.{request.Interval}.{context.Run}");
        return (context.Id.Length + suffix.Length <= 200 ? context.Id : context.Id[^150..]) + suffix;
    }

    private static RunnelException Failed(KlineRequest request, TaskContext context, TaskInfo fetch)
    {
        TaskError? error = fetch.Errors.Count > 0 ? fetch.Errors[^1] : null;
        string why = error?.Message ?? $"it ended as {fetch.State.ToString().ToLowerInvariant()}";
        if (error?.Type.EndsWith(nameof(PayloadException), StringComparison.Ordinal) == true)
            return new PayloadException("symbol", why);
        return new NonRetryableException($"The klines of {request} could not be fetched by task {fetch.Id}: {why} Once that is mended, type: {KlineSources.FetchCommand(request)}; "
            + $"then: runnel dlq requeue {context.Id}");
    }
}
