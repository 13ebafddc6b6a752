namespace Runnel.Redis;

/// <summary>A stream entry's id <c>ms-sequence</c>, ordered as Redis orders it.</summary>
internal readonly record struct StreamId(long Ms, ulong Sequence) : IComparable<StreamId>
{
    public static StreamId Parse(string id)
    {
        int dash = id.IndexOf('-', StringComparison.Ordinal);
        return new StreamId(long.Parse(id.AsSpan(0, dash)), ulong.Parse(id.AsSpan(dash + 1)));
    }

    public static bool operator <(StreamId left, StreamId right) => left.CompareTo(right) < 0;

    public static bool operator >(StreamId left, StreamId right) => left.CompareTo(right) > 0;

    public static bool operator <=(StreamId left, StreamId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(StreamId left, StreamId right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"{Ms}-{Sequence}";

    public int CompareTo(StreamId other) => Ms != other.Ms ? Ms.CompareTo(other.Ms) : Sequence.CompareTo(other.Sequence);
}
