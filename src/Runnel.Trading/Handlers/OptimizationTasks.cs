using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>Names that the tasks of an optimization have.</summary>
internal static class OptimizationTasks
{
    public const string Type = "optimization";

    public const string ChunkType = "optimization_chunk";

    /// <summary>The group of an optimization's chunks: readable, without blanks, and one for each id however long or odd.</summary>
    public static string GroupOf(string optimizationId)
    {
        string readable = string.Concat(optimizationId.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.').Take(80));
        return $"optimization:{readable}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(optimizationId)).AsSpan(0, 6))}";
    }

    public static string ChunkTaskId(string optimizationId, OpenChunk chunk) => $"{GroupOf(optimizationId)}:{chunk.Number}:{chunk.Submissions}";
}

/// <summary>The payload of a chunk's task; everything else is in the records.</summary>
internal sealed record ChunkPayload(
    [property: JsonPropertyName("optimization_id")] string OptimizationId,
    [property: JsonPropertyName("chunk")] int Chunk);

/// <summary>The result of a chunk's task.</summary>
/// <param name="Status"><c>stored</c>; <c>known</c> where it was stored before; <c>dropped</c> where the optimization does not run any more.</param>
internal sealed record ChunkReply([property: JsonPropertyName("status")] string Status);
