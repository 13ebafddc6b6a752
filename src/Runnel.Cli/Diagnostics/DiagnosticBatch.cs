namespace Runnel.Cli.Diagnostics;

/// <summary>Submits a batch of sleeps, slowly, to see what becomes of it when its producer dies: the batch's id comes from the task's, so
/// the next attempt goes on where this one was.</summary>
internal sealed class DiagnosticBatch(RunnelClient client, TimeProvider time) : ITaskHandler<DiagnosticBatch.Request, string>
{
    public async Task<string> HandleAsync(Request payload, TaskContext context, CancellationToken cancellationToken)
    {
        if (payload is not { Count: >= 0 and <= 100_000, Ms: >= 0 and <= 60_000, EveryMs: >= 0 and <= 60_000 })
        {
            throw new PayloadException("count", "count, ms or everyMs is outside its range; give count up to 100000, and ms and everyMs up to 60000, "
                + "for instance {\"count\": 100, \"ms\": 10, \"everyMs\": 1}.");
        }

        return await client.SubmitBatchAsync("diag.sleep", MembersAsync(payload), new BatchOptions
        {
            Id = "of-" + context.Id,
            Base = new { ms = payload.Ms },
            OnCompleted = new TaskDraft("diag.echo", "completed"),
            OnSuccess = new TaskDraft("diag.echo", "success"),
        }, cancellationToken);
    }

    private async IAsyncEnumerable<object> MembersAsync(Request payload)
    {
        for (int i = 0; i < payload.Count; i++)
        {
            if (payload.EveryMs > 0)
                await Task.Delay(TimeSpan.FromMilliseconds(payload.EveryMs), time);
            yield return new { };
        }
    }

    /// <param name="Count">Members of the batch.</param>
    /// <param name="Ms">How long each sleeps, ms.</param>
    /// <param name="EveryMs">Pause before each is submitted, ms.</param>
    internal sealed record Request(int Count, int Ms, int EveryMs);
}
