using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Runnel.Trading;

/// <summary>The figures of a stretch of trials, column by column, as they are stored: exact doubles, and a column whose values are all the same
/// as one value.</summary>
/// <remarks>Little-endian: "RTB1", trials (int32), columns (int32); then for each column the length of its name (byte), the name (UTF-8), 1 where
/// all values are the same, else 0 (byte), and one value or all of them (doubles).</remarks>
internal sealed class TrialBlock
{
    /// <summary>A <see cref="TrialStatus"/> as a number.</summary>
    public const string StatusColumn = "status";

    /// <summary>What ranks the trials: the higher the better; NaN where undefined.</summary>
    public const string ScoreColumn = "score";

    /// <summary>With the number of a metric behind it, from 1: the scores of the others, where a search has several.</summary>
    public const string MoreScoresColumn = "score.";

    /// <summary>With the number of a parameter behind it: its place in the space, where a trial's number does not give it.</summary>
    public const string PointColumn = "point.";

    /// <summary>On which fraction of the range a trial ran, in a search in which it is not the whole for all.</summary>
    public const string BudgetColumn = "budget";

    private static readonly byte[] Magic = "RTB1"u8.ToArray();
    private readonly Dictionary<string, double[]> columns = new(StringComparer.Ordinal);

    public TrialBlock(int count) => Count = count;

    /// <summary>Number of trials.</summary>
    public int Count { get; }

    public IReadOnlyCollection<string> Names => columns.Keys;

    /// <summary>A column's values; the array is the block's own.</summary>
    public double[] this[string name]
    {
        get => columns[name];
        set => columns[name] = value.Length == Count ? value : throw new ArgumentException($"Column {name} has {value.Length} values, the block {Count} trials.", nameof(value));
    }

    /// <summary>The scores of a trial, one for each metric.</summary>
    public double[] ScoresOf(int trial)
    {
        List<double> scores = [columns[ScoreColumn][trial]];
        while (columns.TryGetValue(MoreScoresColumn + scores.Count, out double[]? more))
            scores.Add(more[trial]);
        return [.. scores];
    }

    /// <summary>On which fraction of the range a trial ran.</summary>
    public double BudgetOf(int trial) => columns.TryGetValue(BudgetColumn, out double[]? budgets) ? budgets[trial] : 1;

    public bool Has(string name) => columns.ContainsKey(name);

    public IEnumerable<KeyValuePair<string, double>> Row(int trial) => columns.Select(c => new KeyValuePair<string, double>(c.Key, c.Value[trial]));

    public byte[] ToBytes()
    {
        using MemoryStream stream = new();
        Span<byte> number = stackalloc byte[8];
        stream.Write(Magic);
        BinaryPrimitives.WriteInt32LittleEndian(number, Count);
        BinaryPrimitives.WriteInt32LittleEndian(number[4..], columns.Count);
        stream.Write(number);
        foreach ((string name, double[] values) in columns)
        {
            byte[] text = Encoding.UTF8.GetBytes(name);
            stream.WriteByte((byte)text.Length);
            stream.Write(text);
            bool same = AllTheSame(values);
            stream.WriteByte(same ? (byte)1 : (byte)0);
            Write(stream, values.AsSpan(0, same ? Math.Min(1, Count) : Count));
        }

        return stream.ToArray();
    }

    /// <exception cref="RecordsException">These are not the bytes of a block.</exception>
    public static TrialBlock Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 12 || !bytes[..4].SequenceEqual(Magic))
            throw new RecordsException("Stored trials cannot be read: they do not begin with RTB1. Was the records file written by another program?");
        TrialBlock block = new(BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]));
        int count = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]), at = 12;
        for (int i = 0; i < count; i++)
        {
            int length = bytes[at];
            string name = Encoding.UTF8.GetString(bytes.Slice(at + 1, length));
            at += 1 + length;
            bool same = bytes[at++] == 1;
            double[] values = new double[block.Count];
            int stored = same ? Math.Min(1, block.Count) : block.Count;
            Read(bytes.Slice(at, stored * sizeof(double)), values.AsSpan(0, stored));
            if (same && stored == 1)
                Array.Fill(values, values[0]);
            at += stored * sizeof(double);
            block.columns[name] = values;
        }

        return block;
    }

    // By bits, so that NaN counts as the same as NaN.
    private static bool AllTheSame(double[] values) =>
        values.Length == 0 || !MemoryMarshal.Cast<double, long>(values.AsSpan()).ContainsAnyExcept(BitConverter.DoubleToInt64Bits(values[0]));

    private static void Write(Stream stream, ReadOnlySpan<double> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            stream.Write(MemoryMarshal.AsBytes(values));
            return;
        }

        Span<byte> one = stackalloc byte[sizeof(double)];
        foreach (double value in values)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(one, value);
            stream.Write(one);
        }
    }

    private static void Read(ReadOnlySpan<byte> bytes, Span<double> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(values));
            return;
        }

        for (int i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(i * sizeof(double))..]);
    }
}
