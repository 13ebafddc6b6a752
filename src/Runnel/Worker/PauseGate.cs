namespace Runnel.Worker;

/// <summary>Open while tasks may be taken; closed while the queue is paused.</summary>
internal sealed class PauseGate
{
    private readonly Lock sync = new();
    private TaskCompletionSource? closed;
    private CancellationTokenSource open = new();

    /// <summary>Cancelled when the gate closes; ends a read that blocks.</summary>
    public CancellationToken Closing
    {
        get
        {
            lock (sync)
                return open.Token;
        }
    }

    public void Set(bool paused)
    {
        CancellationTokenSource? close = null;
        TaskCompletionSource? resume = null;
        lock (sync)
        {
            if (paused && closed is null)
            {
                closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                close = open;
            }
            else if (!paused && closed is not null)
            {
                (resume, closed) = (closed, null);
                open = new CancellationTokenSource();
            }
        }

        close?.Cancel();
        resume?.SetResult();
    }

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (sync)
            return closed is null ? Task.CompletedTask : closed.Task.WaitAsync(cancellationToken);
    }
}
