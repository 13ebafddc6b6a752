using Runnel.Redis;

namespace Runnel.Tests.Model;

/// <summary>The queue as simple lists: what the scripts promise, said once more in another way.</summary>
internal sealed class QueueModel
{
    public const int MaxCrashes = 3;

    public List<ModelTask> Tasks { get; } = [];

    /// <summary>Waiting tasks of each level, first in first out.</summary>
    public List<ModelTask>[] Waiting { get; } = [.. Enumerable.Range(0, QueueKeys.Levels).Select(_ => new List<ModelTask>())];

    public long Submitted { get; private set; }

    public long Completed { get; private set; }

    public long Failed { get; private set; }

    public long Retried { get; private set; }

    public long TimedOut { get; private set; }

    public long Recovered { get; private set; }

    public long Cancelled { get; private set; }

    public long Requeued { get; private set; }

    public long Stale { get; set; }

    public void Submit(ModelTask task, bool later)
    {
        Submitted++;
        Tasks.Add(task);
        if (later)
            task.State = TaskState.Scheduled;
        else
            Queue(task);
    }

    /// <summary>The next tasks in the order of delivery, with the level each comes from.</summary>
    public List<(int Level, ModelTask Task)> Fetch(int count)
    {
        List<(int, ModelTask)> fetched = [];
        for (int level = 0; level < QueueKeys.Levels; level++)
        {
            foreach (ModelTask task in Waiting[level].Take(count - fetched.Count).ToArray())
            {
                Waiting[level].Remove(task);
                task.State = TaskState.Running;
                task.Delivery++;
                fetched.Add((level, task));
            }
        }

        return fetched;
    }

    public void Complete(ModelTask task)
    {
        Completed++;
        End(task, TaskState.Completed);
    }

    public void Fail(ModelTask task, bool timedOut)
    {
        task.Errors++;
        TimedOut += timedOut ? 1 : 0;
        if (task.Attempt - 1 - task.Crashes >= task.MaxRetries)
        {
            Failed++;
            End(task, timedOut ? TaskState.TimedOut : TaskState.Failed);
            return;
        }

        if (!CancelInstead(task))
        {
            Retried++;
            task.Attempt++;
            task.Delivery++;
            task.State = TaskState.Retrying;
        }
    }

    public void Snooze(ModelTask task)
    {
        if (CancelInstead(task))
            return;
        task.Delivery++;
        task.State = TaskState.Scheduled;
    }

    public void StopCancelled(ModelTask task)
    {
        Cancelled++;
        End(task, TaskState.Cancelled);
    }

    public void GiveBack(ModelTask task)
    {
        if (CancelInstead(task))
            return;
        Return(task);
    }

    public void Crash(ModelTask task)
    {
        Recovered++;
        task.Crashes++;
        if (CancelInstead(task))
            return;
        if (task.Crashes < MaxCrashes || task.AloneIn != task.Delivery)
        {
            task.Attempt++;
            Return(task);
            return;
        }

        task.Errors++;
        Failed++;
        End(task, TaskState.Failed);
    }

    public CancelResult Cancel(ModelTask task)
    {
        if (task.Purged)
            return CancelResult.Unknown;
        if (task.Ended)
            return CancelResult.Ended;
        if (task.State == TaskState.Running)
        {
            task.Cancelling = true;
            return CancelResult.Cancelling;
        }

        Array.ForEach(Waiting, level => level.Remove(task));
        StopCancelled(task);
        return CancelResult.Cancelled;
    }

    public void Promote(ModelTask task) => Queue(task);

    public bool Requeue(ModelTask task)
    {
        if (!task.IsDead)
            return false;
        Requeued++;
        (task.Attempt, task.Crashes) = (1, 0);
        Queue(task);
        return true;
    }

    public bool Purge(ModelTask task)
    {
        bool dead = task.IsDead;
        task.Purged |= dead;
        return dead;
    }

    private void Queue(ModelTask task)
    {
        task.State = TaskState.Queued;
        Waiting[QueueKeys.LevelOf(task.Priority)].Add(task);
    }

    private void Return(ModelTask task)
    {
        task.Delivery++;
        task.State = TaskState.Queued;
        Waiting[QueueKeys.Returned].Add(task);
    }

    private bool CancelInstead(ModelTask task)
    {
        if (task.Cancelling)
            StopCancelled(task);
        return task.State == TaskState.Cancelled;
    }

    private static void End(ModelTask task, TaskState state)
    {
        task.Delivery++;
        task.Cancelling = false;
        task.State = state;
    }
}
