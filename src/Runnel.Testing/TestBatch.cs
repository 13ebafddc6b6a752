namespace Runnel.Testing;

/// <summary>One batch of a <see cref="TestQueue"/> as it is now; goes on changing while the queue runs its members.</summary>
public sealed class TestBatch
{
    internal TestBatch(string id, IReadOnlyList<TestTask> members) => (Id, Members) = (id, members);

    /// <summary>Its id: <see cref="BatchOptions.Id"/>, else <c>batch-1</c>, <c>batch-2</c>, …</summary>
    public string Id { get; }

    /// <summary>Its tasks, in the order of the payloads.</summary>
    public IReadOnlyList<TestTask> Members { get; }

    /// <summary>Members that are completed.</summary>
    public int Completed => Members.Count(member => member.State == TaskState.Completed);

    /// <summary>Members that are dead letters.</summary>
    public int Failed => Members.Count(member => member.State is TaskState.Failed or TaskState.TimedOut);

    /// <summary>Members that were cancelled or expired.</summary>
    public int Cancelled => Members.Count(member => member.State is TaskState.Cancelled or TaskState.Expired);

    /// <summary>True once all members have ended; stays so when one is requeued.</summary>
    public bool IsFinished { get; internal set; }

    /// <summary>The task of <see cref="BatchOptions.OnCompleted"/>; null where there is none.</summary>
    public TestTask? OnCompleted { get; internal set; }

    /// <summary>The task of <see cref="BatchOptions.OnSuccess"/>; null where there is none.</summary>
    public TestTask? OnSuccess { get; internal set; }
}
