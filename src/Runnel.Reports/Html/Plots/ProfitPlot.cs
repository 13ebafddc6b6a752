using System.Globalization;
using System.Net;
using System.Text;

namespace Runnel.Reports;

/// <summary>What each of several symbols added, as bars to the right and to the left of nothing.</summary>
internal static class ProfitPlot
{
    private const double Bar = 22, Names = 110, Room = 16;

    public static string Draw(IReadOnlyList<(string Symbol, double Profit)> profits)
    {
        double low = Math.Min(0, profits.Min(p => p.Profit)), high = Math.Max(0, profits.Max(p => p.Profit));
        double height = profits.Count * Bar + Room;
        double X(double value) => Names + Svg.Share(value, low, high) * (Svg.Width - Names - 120);
        StringBuilder html = new();
        html.Append(CultureInfo.InvariantCulture, $"<svg class=\"plot\" id=\"profits\" viewBox=\"0 0 {Svg.Width} {height}\" role=\"img\" aria-label=\"Profit of each symbol\">");
        for (int i = 0; i < profits.Count; i++)
        {
            (string symbol, double profit) = profits[i];
            double from = X(Math.Min(0, profit)), to = X(Math.Max(0, profit)), top = i * Bar + 4;
            html.Append(CultureInfo.InvariantCulture, $"""
                <text x="{Names - 8}" y="{top + 13}" text-anchor="end">{WebUtility.HtmlEncode(symbol)}</text><rect x="{from:0.##}" y="{top}" width="{Math.Max(0.5, to - from):0.##}" height="{Bar - 6}" class="{(profit < 0 ? "down" : "up")}"/><text x="{to + 6:0.##}" y="{top + 13}">{profit:N2}</text>
                """);
        }

        return html.Append(CultureInfo.InvariantCulture, $"<path class=\"axis\" d=\"M{X(0):0.##} 0V{height - Room}\"/></svg>").ToString();
    }
}
