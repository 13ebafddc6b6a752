using System.Text.Json;
using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>The optimizations that this process works on, kept between chunks: klines and indicators are worked out once. Safe from several threads.</summary>
internal sealed class OptimizationSessions(KlineLoader loader) : IAffinitySource
{
    private readonly TrialRunners runners = new();
    private const int Most = 4;
    private readonly Lock gate = new();
    private readonly LinkedList<(string Request, Lazy<Task<OptimizationSession>> Session)> kept = new(); // most recently used first

    /// <summary>The klines of the sessions kept.</summary>
    public IReadOnlyCollection<string> Held
    {
        get
        {
            lock (gate)
                return [.. kept.Where(k => k.Session is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }).Select(k => k.Session.Value.Result.Affinity)];
        }
    }

    /// <summary>The session of a request that was normalized.</summary>
    public Task<OptimizationSession> OfAsync(string requestJson, CancellationToken cancellationToken) =>
        OfAsync(requestJson, () => OptimizationPlan.Of(JsonElement.Parse(requestJson)), cancellationToken);

    /// <summary>The session of a plan.</summary>
    /// <exception cref="PayloadException">There are no klines for it, or not one window fits them.</exception>
    public Task<OptimizationSession> OfAsync(OptimizationPlan plan, CancellationToken cancellationToken) => OfAsync(plan.RequestJson, () => plan, cancellationToken);

    private async Task<OptimizationSession> OfAsync(string request, Func<OptimizationPlan> plan, CancellationToken cancellationToken)
    {
        Lazy<Task<OptimizationSession>> session = Find(request, plan);
        try
        {
            return await session.Value.WaitAsync(cancellationToken);
        }
        catch when (session.Value.IsFaulted)
        {
            Forget(session); // the next one tries again: the klines may be there by then
            throw;
        }
    }

    private Lazy<Task<OptimizationSession>> Find(string request, Func<OptimizationPlan> plan)
    {
        lock (gate)
        {
            for (LinkedListNode<(string Request, Lazy<Task<OptimizationSession>> Session)>? node = kept.First; node is not null; node = node.Next)
            {
                if (node.Value.Request != request)
                    continue;
                kept.Remove(node);
                kept.AddFirst(node);
                return node.Value.Session;
            }

            Lazy<Task<OptimizationSession>> made = new(() => LoadAsync(plan()));
            kept.AddFirst((request, made));
            if (kept.Count > Most)
                kept.RemoveLast();
            return made;
        }
    }

    // Not under the caller's token: others wait for the same session.
    private async Task<OptimizationSession> LoadAsync(OptimizationPlan plan)
    {
        KlineData data = await loader.LoadAsync(plan.Request, plan.Funding, plan.Instrument, CancellationToken.None);
        BacktestSettings settings = KlineLoader.Complete(plan.Settings, data) with { FinerKlines = await loader.LoadFinerAsync(plan.FinerRequest, CancellationToken.None) };
        return new OptimizationSession(plan with { Settings = settings }, data, runners);
    }

    private void Forget(Lazy<Task<OptimizationSession>> session)
    {
        lock (gate)
        {
            for (LinkedListNode<(string Request, Lazy<Task<OptimizationSession>> Session)>? node = kept.First; node is not null; node = node.Next)
            {
                if (node.Value.Session == session)
                {
                    kept.Remove(node);
                    return;
                }
            }
        }
    }
}
