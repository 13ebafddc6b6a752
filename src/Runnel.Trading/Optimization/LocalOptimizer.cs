using System.Text.Json;
using System.Threading.Channels;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Runs optimizations in this process, on as many threads as one likes, without a queue: the same plan, chunks and records, so the same answer. One
/// that was interrupted goes on where it was when it is run again with its id.</summary>
public sealed class LocalOptimizer
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(15);
    private readonly OptimizationRecords records;
    private readonly OptimizationSessions sessions;
    private readonly OptimizationResults results;
    private readonly TimeProvider time;

    /// <summary>Names klines and records as a worker's options do.</summary>
    /// <param name="options">Where klines come from, and the records file.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public LocalOptimizer(TradingOptions options, TimeProvider? time = null)
    {
        this.time = time ?? TimeProvider.System;
        KlineCache cache = new(options.CacheBytes);
        Lazy<BybitClient> bybit = new(() => new BybitClient(options.Bybit, this.time));
        MarketSources sources = MarketSources.Of(options, new KlineStore(options.StorePath, this.time), cache, () => bybit.Value, this.time);
        records = new OptimizationRecords(new BacktestRecords(options.RecordsPath, this.time), this.time);
        sessions = new OptimizationSessions(new KlineLoader(sources, options));
        results = new OptimizationResults(records);
    }

    /// <summary>Runs one to its end, or hands out the stored reply of one that is completed.</summary>
    /// <param name="payload">As for a task of type <c>optimization</c>.</param>
    /// <param name="threads">Trials that run at once, at least 1.</param>
    /// <param name="progress">Told every half second; null for nobody.</param>
    /// <param name="cancellationToken">Stops it within some milliseconds; what was found is kept.</param>
    /// <returns>The reply, as the task gives it.</returns>
    /// <exception cref="PayloadException">The payload is wrong, or there are no klines for it.</exception>
    /// <exception cref="RunnelException">Another process runs it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<OptimizationReply> RunAsync(
        JsonElement payload, int threads, IProgress<OptimizationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        OptimizationPlan plan = OptimizationPlan.Of(payload);
        string task = $"local:{Environment.ProcessId}:{Guid.NewGuid():N}";
        OptimizationSession session = await sessions.OfAsync(plan, cancellationToken);
        (ClaimOutcome outcome, _) = await records.ClaimAsync(plan.Id, plan.RequestJson, task, 1, StaleAfter, null, cancellationToken);
        switch (outcome)
        {
            case ClaimOutcome.Running:
                throw new RunnelException($"Optimization '{plan.Id}' is being run by another process. Wait for that, or give another id.");
            case ClaimOutcome.Completed:
                return JsonSerializer.Deserialize<OptimizationReply>((await records.ReplyAsync(plan.Id, cancellationToken))!)!;
        }

        try
        {
            PlannedStep last = await RunChunksAsync(session, task, threads, progress, cancellationToken);
            OptimizationReply reply = await results.OfAsync(session, last, time.GetUtcNow(), cancellationToken);
            if (!await records.CompleteAsync(plan.Id, task, JsonSerializer.Serialize(reply), cancellationToken))
                throw Lost(plan);
            return reply;
        }
        catch (OperationCanceledException)
        {
            await records.CancelAsync(plan.Id, task, CancellationToken.None);
            throw;
        }
        catch (Exception e)
        {
            await records.FailAsync(plan.Id, task, e.Message, CancellationToken.None);
            throw;
        }
    }

    private async Task<PlannedStep> RunChunksAsync(
        OptimizationSession session, string task, int threads, IProgress<OptimizationProgress>? progress, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<Chunk> work = Channel.CreateUnbounded<Chunk>();
        using SemaphoreSlim wake = new(0);
        Task[] workers = [.. Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
            () => Work(session, work.Reader, wake, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        try
        {
            foreach (OpenChunk open in await records.OpenChunksAsync(session.Plan.Id, cancellationToken)) // of a run that was interrupted
                work.Writer.TryWrite((await records.OpenChunkAsync(session.Plan.Id, open.Number, cancellationToken))!);
            while (true)
            {
                PlannedStep step = await records.PlanAsync(
                    session.Plan.Id, task, session.Fingerprint, session.ScoresFrom, session.EarlyStop, state => session.Next(state, threads), cancellationToken)
                    ?? throw Lost(session.Plan);
                if (step.IsFinished)
                    return step;
                foreach (Chunk chunk in step.Planned)
                    work.Writer.TryWrite(chunk);
                if (progress is not null)
                {
                    (OptimizationTotals totals, BestTrial? best) = await records.TotalsAsync(session.Plan.Id, cancellationToken);
                    progress.Report(OptimizationProgress.Of(session, step with { Totals = totals }, best, time.GetUtcNow()));
                }

                Task woken = wake.WaitAsync(Heartbeat, cancellationToken);
                if (await Task.WhenAny([woken, .. workers]) is { IsFaulted: true } failed && failed != woken)
                    await failed; // throws what stopped that thread
                await woken;
            }
        }
        finally
        {
            await stop.CancelAsync();
            work.Writer.TryComplete();
            await Task.WhenAll(workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Work(OptimizationSession session, ChannelReader<Chunk> work, SemaphoreSlim wake, CancellationToken stop)
    {
        while (work.WaitToReadAsync(stop).AsTask().GetAwaiter().GetResult())
        {
            while (work.TryRead(out Chunk? chunk))
            {
                ChunkResult result = ChunkRunner.Run(session, chunk, time, stop);
                ChunkStored stored = records.StoreChunkAsync(session.Plan.Id, chunk, result, CancellationToken.None).GetAwaiter().GetResult();
                if (stored.Open <= stored.WakeAt || result.Done < chunk.Count)
                    wake.Release();
            }
        }
    }

    private static RunnelException Lost(OptimizationPlan plan) =>
        new($"Optimization '{plan.Id}' was taken over by another process while this one ran it. What both found is kept; run it again for its result.");
}
