using Microsoft.Extensions.Hosting;
using Runnel.Worker;

namespace Runnel.Control;

/// <summary>Does what somebody wants of this worker: by a message at once, or where that was lost, at the next beat.</summary>
internal sealed class WorkerOrders(PauseGate gate, IHostApplicationLifetime lifetime) : IDisposable
{
    private readonly CancellationTokenSource stopNow = new();
    private volatile WorkerCondition condition;

    public WorkerCondition Condition => condition;

    /// <summary>Cancelled once what runs is to be handed back instead of run to its end.</summary>
    public CancellationToken StopNow => stopNow.Token;

    /// <summary>Follows an order; one it follows already, and a word it does not know, change nothing.</summary>
    public void Follow(string order)
    {
        switch (order)
        {
            case "quiet" when condition == WorkerCondition.Running:
                condition = WorkerCondition.Quiet;
                gate.SetQuiet(quiet: true);
                break;
            case "resume" when condition == WorkerCondition.Quiet:
                condition = WorkerCondition.Running;
                gate.SetQuiet(quiet: false);
                break;
            case "drain" when condition != WorkerCondition.Draining:
                Drain();
                break;
            case "stop":
                if (condition != WorkerCondition.Draining)
                    Drain();
                stopNow.Cancel();
                break;
        }
    }

    /// <summary>From now on the worker shows itself as one that drains.</summary>
    public void NoteDraining() => condition = WorkerCondition.Draining;

    public void Dispose() => stopNow.Dispose();

    private void Drain()
    {
        condition = WorkerCondition.Draining;
        lifetime.StopApplication();
    }
}
