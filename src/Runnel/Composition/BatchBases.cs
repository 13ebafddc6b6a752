using System.Text.Json;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Composition;

/// <summary>Puts members' payloads together: the batch's base with the member's patch applied. Keeps the bases read last, since thousands of
/// members share one.</summary>
internal sealed class BatchBases(IDatabase redis, QueueKeys keys)
{
    private const int MostKept = 8;
    private readonly Lock gate = new();
    private readonly LinkedList<(string Name, Task<JsonElement?> Base)> kept = [];

    /// <summary>The payload of a member that carries the digest of its batch's base; null where that base is gone.</summary>
    /// <exception cref="JsonException">The patch is not JSON.</exception>
    /// <exception cref="RedisException">Redis did not answer.</exception>
    public async Task<byte[]?> MergeAsync(string memberId, string digest, ReadOnlyMemory<byte> patch) =>
        await FindAsync(BatchBase.BatchOf(memberId), digest) is { } known ? MergePatch.Apply(known, patch.Span) : null;

    private async Task<JsonElement?> FindAsync(string batch, string digest)
    {
        string name = $"{batch} {digest}";
        LinkedListNode<(string Name, Task<JsonElement?> Base)>? node;
        lock (gate)
        {
            for (node = kept.First; node is not null && node.Value.Name != name; node = node.Next)
            {
            }

            if (node is null)
                node = new((name, ReadAsync(batch, digest)));
            else
                kept.Remove(node);
            kept.AddFirst(node);
            if (kept.Count > MostKept)
                kept.RemoveLast();
        }

        try
        {
            if (await node.Value.Base is { } known)
                return known;
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            Forget(node);
            throw;
        }

        Forget(node);
        return null;
    }

    private void Forget(LinkedListNode<(string Name, Task<JsonElement?> Base)> node)
    {
        lock (gate)
        {
            if (node.List is not null)
                kept.Remove(node);
        }
    }

    private async Task<JsonElement?> ReadAsync(string batch, string digest)
    {
        RedisValue[] found = await redis.HashGetAsync(keys.BatchPrefix + batch, ["base", "digest"]);
        return found[1] == digest ? JsonSerializer.Deserialize<JsonElement>(Packing.Expand((byte[])found[0]!)) : null;
    }
}
