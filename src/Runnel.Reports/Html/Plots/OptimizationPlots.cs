using System.Globalization;
using System.Net;
using System.Text;

namespace Runnel.Reports;

/// <summary>The plots of an optimization's report as SVG.</summary>
internal static class OptimizationPlots
{
    private const int MostCells = 80; // along an axis of the heat map

    /// <summary>Two parameters against the metric; a cell that stands for several trials shows the best of them.</summary>
    public static string HeatMap(OptimizationReport report)
    {
        double[] columns = Values(report, 0), rows = Values(report, 1);
        int across = Math.Min(MostCells, columns.Length), up = Math.Min(MostCells, rows.Length);
        Dictionary<(int Column, int Row), OptimizationPoint> cells = [];
        foreach (OptimizationPoint point in report.Points)
        {
            (int, int) cell = (Index(columns, point.Parameters[0]) * across / columns.Length, Index(rows, point.Parameters[1]) * up / rows.Length);
            if (!cells.TryGetValue(cell, out OptimizationPoint? seen) || IsBetter(report, point.Value, seen.Value))
                cells[cell] = point;
        }

        (double low, double high) = Svg.Range(cells.Values.Select(p => p.Value));
        Svg svg = new("heat-map", $"{report.Metric} over {report.Parameters[0]} and {report.Parameters[1]}", 520);
        double width = (Svg.X(1) - Svg.X(0)) / across, height = (svg.Y(0) - svg.Y(1)) / up;
        foreach (((int column, int row), OptimizationPoint point) in cells)
        {
            string said = WebUtility.HtmlEncode(Words(report, point));
            svg.Add($"<rect x=\"{Svg.X(0) + column * width:0.##}\" y=\"{svg.Y(0) - (row + 1) * height:0.##}\" width=\"{width:0.##}\" height=\"{height:0.##}\" style=\"fill: {Svg.Color(Svg.Share(point.Value, low, high))}\"><title>{said}</title></rect>");
        }

        svg.Frame(report.Parameters[0], Labels(columns), Labels(rows))
            .Add($"<text x=\"{Svg.X(0):0.#}\" y=\"10\">{WebUtility.HtmlEncode(report.Parameters[1])}</text>")
            .Add($"<text x=\"{Svg.X(1):0.#}\" y=\"10\" text-anchor=\"end\">{WebUtility.HtmlEncode(report.Metric)} from {Svg.Number(low)} (pale) to {Svg.Number(high)}</text>");
        return svg.End();
    }

    /// <summary>A line for each trial across an axis for each parameter and one for the metric.</summary>
    public static string Parallel(OptimizationReport report)
    {
        int axes = report.Parameters.Count;
        (double Low, double High)[] ranges = [.. Enumerable.Range(0, axes).Select(i => Svg.Range(report.Points.Select(p => p.Parameters[i]).Where(double.IsFinite))), Svg.Range(report.Points.Select(p => p.Value))];
        OptimizationPoint[] order = [.. report.Points.OrderBy(p => report.Maximize ? p.Value : -p.Value)]; // the best on top
        Svg svg = new("parallel", $"Trials across {string.Join(", ", report.Parameters)} and {report.Metric}", 460);
        foreach (OptimizationPoint point in order)
        {
            StringBuilder path = new();
            bool begun = false;
            for (int i = 0; i <= axes; i++)
            {
                double value = i == axes ? point.Value : point.Parameters[i];
                if (double.IsFinite(value))
                    path.Append(CultureInfo.InvariantCulture, $"{(begun ? 'L' : 'M')}{Svg.X((double)i / axes):0.#} {svg.Y(Svg.Share(value, ranges[i].Low, ranges[i].High)):0.#}");
                begun |= double.IsFinite(value);
            }

            bool best = ReferenceEquals(point, order[^1]);
            string color = Svg.Color(Svg.Share(point.Value, ranges[axes].Low, ranges[axes].High));
            svg.Add($"<path class=\"{(best ? "best" : "trial")}\" d=\"{path}\"{(best ? "" : $" style=\"stroke: {color}\"")}><title>{WebUtility.HtmlEncode(Words(report, point))}</title></path>");
        }

        for (int i = 0; i <= axes; i++)
        {
            string anchor = i == axes ? "end" : i == 0 ? "start" : "middle";
            string name = i == axes ? report.Metric : report.Parameters[i];
            svg.Add($"<path class=\"axis\" d=\"M{Svg.X((double)i / axes):0.#} {svg.Y(1):0.#}V{svg.Y(0):0.#}\"/>")
                .Add($"<text x=\"{Svg.X((double)i / axes):0.#}\" y=\"10\" text-anchor=\"{anchor}\">{Svg.Number(ranges[i].High)}</text>")
                .Add($"<text x=\"{Svg.X((double)i / axes):0.#}\" y=\"{svg.Y(0) + 16:0.#}\" text-anchor=\"{anchor}\">{Svg.Number(ranges[i].Low)}</text>")
                .Add($"<text x=\"{Svg.X((double)i / axes):0.#}\" y=\"{svg.Y(0) + 34:0.#}\" text-anchor=\"{anchor}\">{WebUtility.HtmlEncode(name)}</text>");
        }

        return svg.End();
    }

    /// <summary>The best value so far over the trials, in the order of their numbers.</summary>
    public static string Convergence(OptimizationReport report)
    {
        double last = Math.Max(1, Math.Max(report.Trials - 1, report.Improvements[^1].Trial));
        (double low, double high) = Svg.Range(report.Improvements.Select(p => p.Value));
        Svg svg = new("convergence", $"Best {report.Metric} so far", 300);
        StringBuilder path = new();
        foreach (OptimizationPoint point in report.Improvements)
        {
            double x = Svg.X(point.Trial / last), y = svg.Y(Svg.Share(point.Value, low, high));
            path.Append(path.Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"M{x:0.#} {y:0.#}") : string.Create(CultureInfo.InvariantCulture, $"H{x:0.#}V{y:0.#}"));
            svg.Add($"<circle class=\"dot\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"3\"><title>{WebUtility.HtmlEncode(Words(report, point))}</title></circle>");
        }

        path.Append(CultureInfo.InvariantCulture, $"H{Svg.X(1):0.#}");
        return svg.Add($"<path class=\"line\" d=\"{path}\"/>").Frame("trial", Svg.Scale(0, last).Select(l => (l.Share, $"{l.Share * last:0}")), Svg.Scale(low, high)).End();
    }

    /// <summary>Equity of the tests, one after the other.</summary>
    public static string Equity(OptimizationReport report) => LinePlot.Draw(
        "out-of-sample", "Equity of the tests out of sample, one after the other", report.OutOfSampleEquity, report.OutOfSample, report.OutOfSampleEquity[0]);

    private static string Words(OptimizationReport report, OptimizationPoint point) => string.Create(
        CultureInfo.InvariantCulture, $"trial {point.Trial}: {string.Join(", ", report.Parameters.Select((name, i) => $"{name} {Svg.Number(point.Parameters[i])}"))}: {report.Metric} {Svg.Number(point.Value)}");

    private static double[] Values(OptimizationReport report, int parameter) => [.. report.Points.Select(p => p.Parameters[parameter]).Distinct().Order()];

    private static int Index(double[] sorted, double value) => Math.Max(0, Array.BinarySearch(sorted, value));

    private static IEnumerable<(double Share, string Label)> Labels(double[] values)
    {
        int most = Math.Min(values.Length, 9);
        return Enumerable.Range(0, most).Select(i => i * (values.Length - 1) / Math.Max(1, most - 1)).Distinct().Select(i => ((i + 0.5) / values.Length, Svg.Number(values[i])));
    }

    private static bool IsBetter(OptimizationReport report, double value, double than) => report.Maximize ? value > than : value < than;
}
