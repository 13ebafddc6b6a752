using System.IO.Compression;

namespace Runnel.Redis;

/// <summary>Compression of large payloads and results. Gzip names itself by its first bytes, which no JSON has: nothing else marks them.</summary>
internal static class Packing
{
    /// <summary>What an expanded value may have at most, whatever it claims: a small entry must not take a worker's memory.</summary>
    public const int LargestExpanded = 256 * 1024 * 1024;

    /// <summary>The value compressed where it is longer than <paramref name="above"/> and that makes it shorter, else as it is.</summary>
    public static ReadOnlyMemory<byte> Pack(ReadOnlyMemory<byte> json, int above)
    {
        if (json.Length <= above)
            return json;
        using MemoryStream packed = new(json.Length / 4);
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(json.Span);
        return packed.Length < json.Length ? packed.GetBuffer().AsMemory(0, (int)packed.Length) : json;
    }

    /// <summary>The value as it was before <see cref="Pack"/>.</summary>
    /// <exception cref="InvalidDataException">It begins as gzip and is not, or is too large.</exception>
    public static byte[] Expand(byte[] stored)
    {
        if (!IsPacked(stored))
            return stored;
        using GZipStream gzip = new(new MemoryStream(stored), CompressionMode.Decompress);
        using MemoryStream expanded = new(stored.Length * 4);
        byte[] buffer = new byte[64 * 1024];
        int read;
        while ((read = gzip.Read(buffer)) > 0)
        {
            if (expanded.Length + read > LargestExpanded)
                throw new InvalidDataException($"expands to more than {LargestExpanded} bytes");
            expanded.Write(buffer, 0, read);
        }

        return expanded.ToArray();
    }

    private static bool IsPacked(ReadOnlySpan<byte> stored) => stored is [0x1f, 0x8b, ..];
}
