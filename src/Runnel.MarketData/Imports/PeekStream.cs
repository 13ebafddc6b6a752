namespace Runnel.MarketData;

/// <summary>A stream whose first byte that is no blank was looked at before the reading; blanks and a byte-order mark before it are dropped.</summary>
internal sealed class PeekStream : Stream
{
    private readonly Stream inner;
    private bool pending;

    public PeekStream(Stream inner)
    {
        this.inner = inner;
        int next;
        do next = inner.ReadByte();
        while (next is ' ' or '\t' or '\r' or '\n' or 0xEF or 0xBB or 0xBF);
        pending = next >= 0;
        First = pending ? (byte)next : null;
    }

    /// <summary>The byte, or null where there is none.</summary>
    public byte? First { get; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (!pending || buffer.Length == 0)
            return inner.Read(buffer);
        pending = false;
        buffer[0] = First!.Value;
        return 1;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
