using System.Security.Cryptography;
using System.Text.Json;
using Runnel.Redis;

namespace Runnel.Composition;

/// <summary>What the payloads of a batch's members have in common.</summary>
/// <param name="Stored">JSON as it is stored, packed where it is large.</param>
/// <param name="Digest">Names the content: each member carries it, so that no worker merges with the base of an earlier batch of that id.</param>
internal sealed record BatchBase(ReadOnlyMemory<byte> Stored, string Digest)
{
    private const int DigestLength = 16;

    /// <exception cref="PayloadException">It is no object, or too large.</exception>
    public static BatchBase? Of(object? value, RunnelOptions options)
    {
        if (value is null)
            return null;
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), options.Json);
        if (json is not [(byte)'{', ..])
            throw new PayloadException("base", "The batch's base is no JSON object; give one, whose fields the payloads change, or leave it out.");
        if (json.Length > options.MaxPayloadBytes)
        {
            throw new PayloadException("base", $"The batch's base is {json.Length} bytes of JSON; {options.MaxPayloadBytes} are the most "
                + "(Runnel:MaxPayloadBytes). Store large data elsewhere and submit where it is.");
        }

        return new BatchBase(Packing.Pack(json, options.CompressAbove), Convert.ToHexStringLower(SHA256.HashData(json))[..DigestLength]);
    }

    /// <summary>True for what <see cref="Digest"/> can be.</summary>
    public static bool IsDigest(string text) => text.Length == DigestLength && text.All(char.IsAsciiHexDigitLower);

    /// <summary>The batch that a member belongs to: its id is the batch's, a dot, and its number.</summary>
    public static string BatchOf(string memberId) => memberId.LastIndexOf('.') is > 0 and var dot ? memberId[..dot] : memberId;
}
