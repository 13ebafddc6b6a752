namespace Runnel;

/// <summary>A batch was cancelled before all its members were submitted: it takes no more.</summary>
public sealed class BatchCancelledException(string batchId, long submitted) : RunnelException(
    $"The batch {batchId} was cancelled while it was being submitted; {submitted} of its members were, and no more are. Submit what is still wanted as another batch.")
{
    /// <summary>The batch's id.</summary>
    public string BatchId { get; } = batchId;

    /// <summary>Members that had been read from the source and submitted before.</summary>
    public long Submitted { get; } = submitted;
}
