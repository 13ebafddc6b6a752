using System.IO.Compression;

namespace Runnel.MarketData;

/// <summary>Unpacks a gzip and checks at its end that all of it came. <see cref="GZipStream"/> ends quietly where a cut file ends, which here
/// would be a series that lacks its last bars and says nothing. The check is the size in the last four bytes (RFC 1952, ISIZE).</summary>
internal sealed class WholeGzipStream(BufferedHead packed) : Stream
{
    private readonly GZipStream gzip = new(packed, CompressionMode.Decompress, leaveOpen: true);
    private uint size; // modulo 2^32, as in the format

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        int count = gzip.Read(buffer);
        size += (uint)count;
        if (count == 0 && buffer.Length > 0 && packed.LastFour != size)
            throw new InvalidDataException($"It unpacks to {size} bytes, but ends with the size {packed.LastFour}; several gzips in one file are not read.");
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        gzip.Dispose();
        base.Dispose(disposing);
    }
}
