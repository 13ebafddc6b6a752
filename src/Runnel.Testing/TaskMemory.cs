using System.Text.Json;
using Runnel.Redis;

namespace Runnel.Testing;

/// <summary>What Redis is to a queue: the tasks, and what follows from each of their steps. The scripts' rules, without their keys.</summary>
internal sealed class TaskMemory(TimeProvider time)
{
    private readonly List<TestTask> tasks = [];
    private readonly Dictionary<string, TestBatch> batches = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (TestTask Holder, DateTimeOffset? Until)> locks = new(StringComparer.Ordinal);
    private long places;

    public IReadOnlyList<TestTask> Tasks => tasks;

    private DateTimeOffset Now => time.GetUtcNow();

    public TestTask? Find(string id) => tasks.Find(task => task.Id == id);

    public TestBatch? FindBatch(string id) => batches.GetValueOrDefault(id);

    /// <summary>An id that nobody has.</summary>
    public string NextId(string prefix, int number)
    {
        while (Find($"{prefix}-{number}") is not null || batches.ContainsKey($"{prefix}-{number}"))
            number++;
        return $"{prefix}-{number}";
    }

    /// <summary>Accepts a task; returns the known one where its id or its key is taken.</summary>
    /// <exception cref="PayloadException">A parent is unknown.</exception>
    /// <exception cref="DuplicateTaskException">Its key is taken, and that is to be an error.</exception>
    public TestTask Add(string id, string type, byte[] payload, SubmitOptions options, string? batch, JsonSerializerOptions json)
    {
        if (options.Id is not null && Find(id) is { } known)
            return known;
        if (options.Unique is { } unique && HolderOf(unique.Key) is { } holder)
        {
            if (unique.Conflict == UniqueConflict.ReturnExisting)
                return holder;
            if (unique.Conflict == UniqueConflict.Reject || holder.State is TaskState.Running or >= TaskState.Completed)
                throw new DuplicateTaskException(unique.Key, holder.Id);
            holder.Replace(type, payload, options);
            return Accept(holder);
        }

        string[] unknown = [.. (options.After ?? []).Where(parent => Find(parent) is null && FindBatch(parent) is null)];
        if (unknown.Length > 0)
            throw new PayloadException("after", $"after names the task '{unknown[0]}', which the queue does not know; submit it before.");
        TestTask task = new(id, type, payload, options, json) { Batch = batch };
        tasks.Add(task);
        return Accept(task);
    }

    /// <summary>Has a batch end with the last of its members, or now.</summary>
    public void Add(TestBatch batch)
    {
        batches.Add(batch.Id, batch);
        FinishBatch(batch);
    }

    /// <summary>The next task to run by that time: the earliest that is due later, or of those due now the one of the highest priority, then
    /// the one that has been queued longest.</summary>
    public TestTask? Next(DateTimeOffset by)
    {
        DateTimeOffset now = Now;
        return tasks.Where(task => task.State is not TaskState.Running and < TaskState.Completed && task.WaitsFor == 0 && task.DueAt <= by)
            .OrderBy(task => task.DueAt <= now ? now : task.DueAt)
            .ThenBy(task => QueueKeys.LevelOf(task.Options.Priority))
            .ThenBy(task => task.DueAt)
            .ThenBy(task => task.Place)
            .FirstOrDefault();
    }

    /// <summary>An attempt begins: a key that is held until then is free.</summary>
    public void Start(TestTask task)
    {
        if (task.Options.Unique?.Scope.Mode == 's')
            Unlock(task);
    }

    /// <summary>The task runs again later; or is cancelled, where somebody asked for that meanwhile.</summary>
    public void Delay(TestTask task, TaskState state, TimeSpan delay)
    {
        if (task.IsCancelling)
        {
            End(task, TaskState.Cancelled);
            return;
        }

        (task.State, task.DueAt, task.Place) = (state, Now + delay, places++);
    }

    /// <summary>The task has ended: what it held is free, and what waited for it goes on.</summary>
    public void End(TestTask task, TaskState state)
    {
        (task.State, task.IsCancelling) = (state, false);
        if (!(state == TaskState.Completed && task.Options.Unique?.Scope.Mode == 'w'))
            Unlock(task);
        Release(task.Id, good: state == TaskState.Completed);
        if (task.Batch is { } batch && batches.TryGetValue(batch, out TestBatch? open))
            FinishBatch(open);
    }

    /// <summary>Cancels a task; a running one ends when its handler stops.</summary>
    public CancelResult Cancel(TestTask task)
    {
        if (task.State >= TaskState.Completed)
            return CancelResult.Ended;
        if (task.State == TaskState.Running)
        {
            task.IsCancelling = true;
            return CancelResult.Cancelling;
        }

        task.Open.Clear();
        End(task, TaskState.Cancelled);
        return CancelResult.Cancelled;
    }

    /// <summary>Puts a dead letter back: its attempts start anew, its errors stay.</summary>
    /// <exception cref="DuplicateTaskException">Another task has its key by now.</exception>
    public void Requeue(TestTask task)
    {
        if (task.Options.Unique is { } unique && unique.Scope.Mode != 'w')
        {
            if (HolderOf(unique.Key) is { } holder)
                throw new DuplicateTaskException(unique.Key, holder.Id);
            locks[unique.Key] = (task, null);
        }

        task.Revive();
        (task.State, task.DueAt, task.Place) = (TaskState.Queued, Now, places++);
    }

    public void Remove(TestTask task) => tasks.Remove(task);

    private TestTask Accept(TestTask task)
    {
        DateTimeOffset now = Now;
        SubmitOptions options = task.Options;
        task.SubmittedAtMs = now.ToUnixTimeMilliseconds();
        if (options.Unique is { } unique)
            locks[unique.Key] = (task, now + unique.Scope.Window);
        task.DueAt = options.DueAt ?? now + (options.Delay ?? TimeSpan.Zero);
        task.Place = places++;
        task.State = task.DueAt > now || options.HasParents ? TaskState.Scheduled : TaskState.Queued;
        foreach (string parent in options.After ?? [])
        {
            bool? good = StateOf(parent);
            if (good is null)
                task.Open.Add(parent);
            else if (good == false && options.AfterFailure == ParentFailurePolicy.Cancel)
                Doom(task);
        }

        return task;
    }

    /// <summary>Whether a task or batch that others wait for ended well; null before its end.</summary>
    private bool? StateOf(string parent) => Find(parent) is { } task
        ? task.State >= TaskState.Completed ? task.State == TaskState.Completed : null
        : batches[parent] is { IsFinished: true } batch ? batch.Completed == batch.Members.Count : null;

    private TestTask? HolderOf(string key)
    {
        if (!locks.TryGetValue(key, out (TestTask Holder, DateTimeOffset? Until) taken))
            return null;
        return taken.Until is { } until ? (until > Now ? taken.Holder : null) : taken.Holder.State < TaskState.Completed ? taken.Holder : null;
    }

    private void Unlock(TestTask task)
    {
        if (task.Options.Unique is { } unique && locks.TryGetValue(unique.Key, out (TestTask Holder, DateTimeOffset? Until) taken) && taken.Holder == task)
            locks.Remove(unique.Key);
    }

    private void Release(string parent, bool good)
    {
        foreach (TestTask child in tasks.Where(task => task.Open.Contains(parent)).ToArray())
        {
            child.Open.Remove(parent);
            if (!good && child.Options.AfterFailure == ParentFailurePolicy.Cancel)
            {
                Doom(child);
            }
            else if (child.Open.Count == 0)
            {
                DateTimeOffset delayed = Now + (child.Options.Delay ?? TimeSpan.Zero);
                child.DueAt = child.Options.DueAt > delayed ? child.Options.DueAt.Value : delayed;
                child.Place = places++;
            }
        }
    }

    private void Doom(TestTask child)
    {
        if (child.State >= TaskState.Completed)
            return;
        child.Open.Clear();
        child.Reason = "parent";
        End(child, TaskState.Cancelled);
    }

    private void FinishBatch(TestBatch batch)
    {
        if (batch.IsFinished || batch.Members.Any(member => member.State < TaskState.Completed))
            return;
        batch.IsFinished = true;
        Release(batch.Id, good: batch.Completed == batch.Members.Count);
    }
}
