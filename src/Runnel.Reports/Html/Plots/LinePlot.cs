using System.Globalization;
using System.Text;

namespace Runnel.Reports;

/// <summary>A line over time as SVG.</summary>
internal static class LinePlot
{
    /// <param name="id">Of the element.</param>
    /// <param name="label">What it shows, for those who do not see it.</param>
    /// <param name="values">At even distances.</param>
    /// <param name="range">Time of the first and of the last (UTC).</param>
    /// <param name="level">Where a dashed line goes across.</param>
    public static string Draw(string id, string label, IReadOnlyList<double> values, (DateTimeOffset From, DateTimeOffset To) range, double level)
    {
        (double low, double high) = Svg.Range(values);
        Svg svg = new(id, label, 300);
        StringBuilder path = new();
        for (int i = 0; i < values.Count; i++)
            path.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{Svg.X(i / Math.Max(1.0, values.Count - 1)):0.#} {svg.Y(Svg.Share(values[i], low, high)):0.#}");
        double at = svg.Y(Svg.Share(level, low, high));
        svg.Add($"<path class=\"zero\" d=\"M{Svg.X(0):0.#} {at:0.#}H{Svg.X(1):0.#}\"/><path class=\"line\" d=\"{path}\"/>");
        return svg.Frame("UTC", Enumerable.Range(0, 5).Select(i => (i / 4.0, (range.From + (range.To - range.From) * (i / 4.0)).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))),
            Svg.Scale(low, high)).End();
    }

    /// <summary>The least of each of so many equal parts: no depth is lost where points are left out.</summary>
    public static double[] Thinned(IReadOnlyList<double> values, int most)
    {
        if (values.Count <= most)
            return [.. values];
        double[] thinned = new double[most];
        Array.Fill(thinned, double.PositiveInfinity);
        for (int i = 0; i < values.Count; i++)
        {
            int part = (int)((long)i * most / values.Count);
            thinned[part] = Math.Min(thinned[part], values[i]);
        }

        return thinned;
    }
}
