namespace Runnel.Worker;

/// <summary>Orders stream ids <c>ms-sequence</c> as Redis does.</summary>
internal sealed class StreamIdComparer : IComparer<string>
{
    public static readonly StreamIdComparer Instance = new();

    public int Compare(string? x, string? y)
    {
        (ulong ms, ulong sequence) = Split(x!);
        (ulong otherMs, ulong otherSequence) = Split(y!);
        int order = ms.CompareTo(otherMs);
        return order != 0 ? order : sequence.CompareTo(otherSequence);
    }

    private static (ulong Ms, ulong Sequence) Split(string id)
    {
        int dash = id.IndexOf('-', StringComparison.Ordinal);
        return (ulong.Parse(id.AsSpan(0, dash)), ulong.Parse(id.AsSpan(dash + 1)));
    }
}
