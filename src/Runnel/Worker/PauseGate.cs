namespace Runnel.Worker;

/// <summary>Open while tasks may be taken; closed while the queue is paused or this worker is to be quiet.</summary>
internal sealed class PauseGate
{
    private readonly Lock sync = new();
    private TaskCompletionSource? closed;
    private CancellationTokenSource open = new();
    private bool queuePaused;
    private bool workerQuiet;

    /// <summary>Cancelled when the gate closes; ends a read that blocks.</summary>
    public CancellationToken Closing
    {
        get
        {
            lock (sync)
                return open.Token;
        }
    }

    public void Set(bool paused) => Change(() => queuePaused = paused);

    public void SetQuiet(bool quiet) => Change(() => workerQuiet = quiet);

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (sync)
            return closed is null ? Task.CompletedTask : closed.Task.WaitAsync(cancellationToken);
    }

    private void Change(Action change)
    {
        CancellationTokenSource? close = null;
        TaskCompletionSource? resume = null;
        lock (sync)
        {
            change();
            bool shut = queuePaused || workerQuiet;
            if (shut && closed is null)
            {
                closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                close = open;
            }
            else if (!shut && closed is not null)
            {
                (resume, closed) = (closed, null);
                open = new CancellationTokenSource();
            }
        }

        close?.Cancel();
        resume?.SetResult();
    }
}
