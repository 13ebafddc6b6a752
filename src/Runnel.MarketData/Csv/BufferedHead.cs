namespace Runnel.MarketData;

/// <summary>A read-only stream whose first bytes can be looked at before they are read, and that remembers the last four bytes read.
/// Leaves the inner stream open.</summary>
internal sealed class BufferedHead : Stream
{
    private readonly Stream inner;
    private readonly byte[] head = new byte[2];
    private readonly int headLength;
    private int headRead;
    private uint lastFour;

    public BufferedHead(Stream inner)
    {
        this.inner = inner;
        headLength = inner.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
    }

    /// <summary>The last four bytes read, as a little-endian number.</summary>
    public uint LastFour => lastFour;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public bool StartsWith(ReadOnlySpan<byte> bytes) => head.AsSpan(0, headLength).StartsWith(bytes);

    public override int Read(Span<byte> buffer)
    {
        int count;
        if (headRead == headLength)
        {
            count = inner.Read(buffer);
        }
        else
        {
            count = Math.Min(buffer.Length, headLength - headRead);
            head.AsSpan(headRead, count).CopyTo(buffer);
            headRead += count;
        }

        foreach (byte last in buffer[Math.Max(0, count - 4)..count])
            lastFour = (lastFour >> 8) | ((uint)last << 24);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
