namespace Runnel;

/// <summary>Another task holds the key of a unique one; the new one was not accepted.</summary>
public sealed class DuplicateTaskException(string key, string existingId) : RunnelException(
    $"The task {existingId} has the unique key '{key}'. Wait for it or cancel it (runnel status {existingId}), or submit with "
    + "UniqueConflict.ReturnExisting to get its id instead of this error.")
{
    /// <summary>The key that is taken.</summary>
    public string Key { get; } = key;

    /// <summary>The task that has it.</summary>
    public string ExistingId { get; } = existingId;
}
