namespace Runnel;

/// <summary>How one member of a batch is.</summary>
/// <param name="Index">Its position among the payloads, from 0.</param>
/// <param name="TaskId">Its id.</param>
/// <param name="State">Where it is in its life; null where its retention is over.</param>
/// <param name="Result">Its result; the type's default unless it is completed.</param>
public sealed record BatchResult<T>(long Index, string TaskId, TaskState? State, T? Result);
