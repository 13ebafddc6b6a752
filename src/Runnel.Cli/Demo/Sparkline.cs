namespace Runnel.Cli.Demo;

/// <summary>A line of values drawn with eight heights of block characters.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";

    /// <param name="values">At least one finite number.</param>
    /// <param name="width">Most characters; values are picked at even distances, the last among them.</param>
    public static string Of(IReadOnlyList<double> values, int width)
    {
        int count = Math.Min(width, values.Count);
        double[] picked = [.. Enumerable.Range(0, count).Select(i => values[count == 1 ? 0 : (int)((long)i * (values.Count - 1) / (count - 1))])];
        double least = picked.Min();
        double range = picked.Max() - least;
        return string.Concat(picked.Select(value => Blocks[range > 0 ? (int)((value - least) / range * (Blocks.Length - 1) + 0.5) : 0]));
    }
}
