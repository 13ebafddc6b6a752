namespace Runnel.Trading;

/// <summary>Runs tasks of type <c>optimization_chunk</c>, which <see cref="OptimizationHandler"/> submits: some trials of an optimization, stored as a whole.</summary>
internal sealed class OptimizationChunkHandler(
    OptimizationRecords records, OptimizationSessions sessions, Func<RunnelClient> client, ChunkRun run, TimeProvider time) : ITaskHandler<ChunkPayload, ChunkReply>
{
    private static readonly TimeSpan PauseCheck = TimeSpan.FromSeconds(1);

    public async Task<ChunkReply> HandleAsync(ChunkPayload payload, TaskContext context, CancellationToken cancellationToken)
    {
        string id = payload.OptimizationId;
        (OptimizationHeader? header, Chunk? chunk) = await records.FindAsync(id, payload.Chunk, cancellationToken);
        if (header is not { IsRunning: true })
            return new ChunkReply("dropped");
        Task<GroupStatus> group = client().Flow.GetGroupAsync(OptimizationTasks.GroupOf(id), cancellationToken);
        if (await OptimizationWatch.IsOverAsync(records, client(), id, header.Task, cancellationToken))
            return new ChunkReply("dropped");
        if (chunk is null)
        {
            await client().WakeAsync(header.Task, cancellationToken); // who stored it may have died before that
            return new ChunkReply("known");
        }

        if ((await group).Limit == 0)
            throw new TaskSnoozedException(PauseCheck); // paused while this waited in its stream; from now on it waits in its lane
        OptimizationSession session = await sessions.OfAsync(header.Request, cancellationToken);
        if (session.Fingerprint != header.Klines)
        {
            throw new NonRetryableException($"Worker {context.WorkerName} has other klines than the optimization '{id}' began on ({session.Data.Source}: {session.Fingerprint}, not {header.Klines}). "
                + "Give every worker the same klines.");
        }

        ChunkResult result;
        await using (OptimizationWatch watch = new(records, client(), id, header.Task, session.EarlyStop, time, cancellationToken))
        {
            try
            {
                result = await run(session, chunk, time, watch.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new ChunkReply("dropped");
            }
        }

        ChunkStored stored = await records.StoreChunkAsync(id, chunk, result, cancellationToken);
        if (stored.Open <= stored.WakeAt || result.Done < chunk.Count)
            await client().WakeAsync(header.Task, cancellationToken);
        return new ChunkReply("stored");
    }
}
