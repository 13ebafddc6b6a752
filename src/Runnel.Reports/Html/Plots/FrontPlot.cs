using System.Net;

namespace Runnel.Reports;

/// <summary>Trials by two metrics as SVG, those that no other beats on top.</summary>
internal static class FrontPlot
{
    public static string Draw(OptimizationFrontPlot plot)
    {
        OptimizationFrontPoint[] all = [.. plot.Others, .. plot.Front];
        (double left, double right) = Range([.. all.Select(p => p.Across)]);
        (double bottom, double top) = Range([.. all.Select(p => p.Up)]);
        Svg svg = new("front", $"{plot.Across} and {plot.Up} of the trials", 460);
        void Dot(OptimizationFrontPoint point, string name, double radius) => svg.Add(
            $"<circle class=\"{name}\" cx=\"{Svg.X(Share(point.Across, left, right)):0.#}\" cy=\"{svg.Y(Share(point.Up, bottom, top)):0.#}\" r=\"{radius}\"><title>{Said(plot, point)}</title></circle>");
        foreach (OptimizationFrontPoint point in plot.Others)
            Dot(point, "other", 2.5);
        foreach (OptimizationFrontPoint point in plot.Front)
            Dot(point, "front", 4);
        return svg.Add($"<text x=\"{Svg.X(0):0.#}\" y=\"10\">{WebUtility.HtmlEncode(plot.Up)}</text>").Frame(plot.Across, Svg.Scale(left, right), Svg.Scale(bottom, top)).End();
    }

    private static string Said(OptimizationFrontPlot plot, OptimizationFrontPoint point) =>
        WebUtility.HtmlEncode($"{point.Label}: {plot.Across} {Svg.Number(point.Across)}, {plot.Up} {Svg.Number(point.Up)}");

    private static (double Low, double High) Range(double[] values) => values.Length == 0 ? (0, 0) : (values.Min(), values.Max());

    private static double Share(double value, double low, double high) => high > low ? (value - low) / (high - low) : 0.5;
}
