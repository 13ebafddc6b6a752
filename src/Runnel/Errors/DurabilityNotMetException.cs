namespace Runnel;

/// <summary>A task or batch IS queued and will run, but what <see cref="SubmitOptions.Durability"/> asks for was not confirmed in time: a
/// failover or crash of Redis may lose it.</summary>
public sealed class DurabilityNotMetException(string id, string asked, string found, Exception? innerException = null) : RunnelException(
    $"{id} is queued with this id and will run, but it was not confirmed to be {asked}: {found}. Check Redis's replicas and disk. Do not submit it anew "
    + $"without an id of your own, or it may run twice; runnel status {id} tells whether it is there.", innerException)
{
    /// <summary>Id of the task, or of the batch, that is queued.</summary>
    public string Id { get; } = id;
}
