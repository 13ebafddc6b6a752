using System.Globalization;
using System.Net;
using System.Text;

namespace Runnel.Reports;

/// <summary>A drawing that needs no script: one frame with room for labels, in units of pixels at full width.</summary>
internal sealed class Svg
{
    public const double Width = 1000;
    private const double Left = 70, Right = 20, Top = 14, Bottom = 42;
    private readonly StringBuilder text = new();
    private readonly double height;

    public Svg(string id, string label, double height)
    {
        this.height = height;
        Add($"<svg class=\"plot\" id=\"{id}\" viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(label)}\">");
    }

    /// <summary>Place of a share of the width, from 0 at the left to 1.</summary>
    public static double X(double share) => Left + share * (Width - Left - Right);

    /// <summary>Place of a share of the height, from 0 at the bottom to 1.</summary>
    public double Y(double share) => height - Bottom - share * (height - Top - Bottom);

    public Svg Add(FormattableString markup)
    {
        text.Append(markup.ToString(CultureInfo.InvariantCulture));
        return this;
    }

    /// <summary>The axes, with some labels at shares of them.</summary>
    public Svg Frame(string across, IEnumerable<(double Share, string Label)> horizontal, IEnumerable<(double Share, string Label)> vertical)
    {
        Add($"<path class=\"axis\" d=\"M{X(0):0.#} {Y(1):0.#}V{Y(0):0.#}H{X(1):0.#}\"/>");
        foreach ((double share, string label) in horizontal)
            Add($"<text x=\"{X(share):0.#}\" y=\"{Y(0) + 16:0.#}\" text-anchor=\"{(share > 0.99 ? "end" : "middle")}\">{WebUtility.HtmlEncode(label)}</text>");
        foreach ((double share, string label) in vertical)
            Add($"<text x=\"{X(0) - 6:0.#}\" y=\"{Y(share) + 4:0.#}\" text-anchor=\"end\">{WebUtility.HtmlEncode(label)}</text>");
        return Add($"<text x=\"{X(0.5):0.#}\" y=\"{Y(0) + 34:0.#}\" text-anchor=\"middle\">{WebUtility.HtmlEncode(across)}</text>");
    }

    public string End() => text.Append("</svg>").ToString();

    /// <summary>Five labels from one value to another, with no more digits than tell them apart.</summary>
    public static IEnumerable<(double Share, string Label)> Scale(double low, double high)
    {
        string format = (high - low) switch { > 400 => "0", > 40 => "0.#", > 4 => "0.##", _ => "0.####" };
        return Enumerable.Range(0, 5).Select(i => (i / 4.0, (low + (high - low) * i / 4).ToString(format, CultureInfo.InvariantCulture)));
    }

    public static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>A color between the ground and the accent by a share from 0 to 1.</summary>
    public static string Color(double share) => string.Create(CultureInfo.InvariantCulture, $"color-mix(in oklab, var(--accent) {8 + share * 92:0}%, var(--card))");

    /// <summary>The least and the greatest; 0 and 0 of nothing.</summary>
    public static (double Low, double High) Range(IEnumerable<double> values)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double value in values)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        return low <= high ? (low, high) : (0, 0);
    }

    /// <summary>Where a value is between two others, from 0 to 1.</summary>
    public static double Share(double value, double low, double high) => high > low ? Math.Clamp((value - low) / (high - low), 0, 1) : 0.5;
}
