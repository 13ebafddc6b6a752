namespace Runnel;

/// <summary>Which of a queue's four streams a task waits in. Higher ones are taken first; lower ones keep a small guaranteed share.</summary>
public enum TaskPriority
{
    /// <summary>Taken when nothing else waits, and by a guaranteed share.</summary>
    Low = 1,

    /// <summary>The default.</summary>
    Normal = 5,

    /// <summary>Before normal and low.</summary>
    High = 10,

    /// <summary>Before everything else.</summary>
    Critical = 20,
}
