using System.Globalization;

namespace Runnel.Trading;

/// <summary>Puts the open chunks of an optimization into the queue: those that are new, and those whose task is gone.</summary>
internal sealed class ChunkSubmission(OptimizationRecords records, Func<RunnelClient> client, TimeProvider time)
{
    private const int Portions = 8; // chunks that are out for long are looked after in turn, a portion each second
    private static readonly TimeSpan Trust = TimeSpan.FromSeconds(15); // for so long a submitted chunk is taken to be on its way

    /// <param name="session">The optimization; workers that hold its klines come first.</param>
    /// <param name="context">Its task.</param>
    /// <param name="checkAll">Whether to look after every chunk that was submitted before: the task was away, and may have died while submitting.</param>
    /// <param name="cancellationToken">Stops between two chunks.</param>
    /// <exception cref="NonRetryableException">A chunk is a dead letter.</exception>
    public async Task SubmitAsync(OptimizationSession session, TaskContext context, bool checkAll, CancellationToken cancellationToken)
    {
        string id = session.Plan.Id;
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        List<OpenChunk> wanted = [];
        foreach (OpenChunk chunk in await records.OpenChunksAsync(id, cancellationToken))
        {
            bool isInTurn = now - chunk.SubmittedAt > Trust.TotalMilliseconds && chunk.Number % Portions == now / 1000 % Portions;
            if (chunk.Submissions == 0 || ((checkAll || isInTurn) && await IsLostAsync(id, chunk, context, cancellationToken)))
                wanted.Add(chunk with { Submissions = chunk.Submissions + 1 });
        }

        if (wanted.Count == 0)
            return;
        SubmitOptions options = new() { Group = OptimizationTasks.GroupOf(id), Priority = context.Priority, Affinity = session.Affinity };
        // Submitted first and noted afterwards: one that dies in between submits the same ids again, which changes nothing.
        await Task.WhenAll(wanted.Select(chunk => client().SubmitAsync(
            OptimizationTasks.ChunkType, new ChunkPayload(id, chunk.Number), options with { Id = OptimizationTasks.ChunkTaskId(id, chunk) }, cancellationToken)));
        await records.NoteSubmittedAsync(id, wanted, context.Run, cancellationToken);
    }

    private async Task<bool> IsLostAsync(string id, OpenChunk chunk, TaskContext context, CancellationToken cancellationToken)
    {
        TaskInfo? task = await client().FindAsync(OptimizationTasks.ChunkTaskId(id, chunk), cancellationToken);
        if (task is { State: < TaskState.Completed })
            return false;
        if (await records.OpenChunkAsync(id, chunk.Number, cancellationToken) is null)
            return false; // it ended a moment ago
        if (task?.State is not (TaskState.Failed or TaskState.TimedOut) || chunk.SubmittedRun < context.Run)
            return true;
        throw new NonRetryableException(string.Create(CultureInfo.InvariantCulture, $"Chunk {chunk.Number} of optimization '{id}' (task {task.Id}) is a dead letter: ")
            + $"{(task.Errors.Count > 0 ? task.Errors[^1].Message : task.Reason)} What the other chunks found is stored; after the fix, runnel dlq requeue {context.Id} goes on from there.");
    }
}
