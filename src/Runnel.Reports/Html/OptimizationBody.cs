using System.Globalization;
using System.Net;
using System.Text;

namespace Runnel.Reports;

/// <summary>The body of an optimization's report: how much is luck first, then the plots, then the trials.</summary>
internal static class OptimizationBody
{
    public static string Of(OptimizationReport report)
    {
        StringBuilder html = new();
        html.Append($"""
            <header><div><h1>{Text(report.Title)}</h1><p class="quiet">{Text(report.Subtitle)}</p></div><button id="theme" type="button">light / dark</button></header><main>
            """);
        AddNotes(html, report);
        AddGuards(html, report);
        AddPlots(html, report);
        foreach (OptimizationTable table in report.Tables)
            AddTable(html, table);
        html.Append("</main><footer><p>The best of many trials looks good because it is the best of many. Past results of a rule say little about future ones.</p></footer>");
        return html.ToString();
    }

    private static void AddNotes(StringBuilder html, OptimizationReport report)
    {
        if (report.Warnings.Count == 0)
            return;
        html.Append("<div class=\"note\" role=\"note\">");
        foreach (string warning in report.Warnings)
            html.Append($"<p>{Text(warning)}</p>");
        html.Append("</div>");
    }

    private static void AddGuards(StringBuilder html, OptimizationReport report)
    {
        html.Append($"<section id=\"guards\"><h2>How much of it is luck</h2><p class=\"headline\">{Text(report.Headline)}</p><table class=\"statistics\"><tbody>");
        foreach (OptimizationFigure figure in report.Guards)
            html.Append($"<tr><td>{Text(figure.Label)}</td><td class=\"number\">{Text(figure.Value)}</td><td>{Text(figure.Meaning)}</td></tr>");
        html.Append("</tbody></table></section>");
    }

    private static void AddPlots(StringBuilder html, OptimizationReport report)
    {
        if (report.OutOfSampleEquity.Count > 1)
            AddPlot(html, "Out of sample: the tests one after the other", OptimizationPlots.Equity(report));
        if (report.Front is { } front)
            AddPlot(html, $"{front.Across} and {front.Up}: the red trials are beaten by no other", FrontPlot.Draw(front));
        if (report.Points.Count > 1 && report.Parameters.Count > 0)
        {
            string shown = report.Points.Count < report.Trials
                ? string.Create(CultureInfo.InvariantCulture, $" ({report.Points.Count:N0} of {report.Trials:N0} trials, the best among them)") : "";
            if (report.Parameters.Count == 2)
                AddPlot(html, $"{report.Metric} by parameters{shown}", OptimizationPlots.HeatMap(report));
            else
                AddPlot(html, $"Trials by parameters, the best in red{shown}", OptimizationPlots.Parallel(report));
        }

        if (report.Improvements.Count > 0)
            AddPlot(html, "Convergence: the best so far", OptimizationPlots.Convergence(report));
    }

    private static void AddPlot(StringBuilder html, string title, string svg) => html.Append($"<section><h2>{Text(title)}</h2>{svg}</section>");

    internal static void AddTable(StringBuilder html, OptimizationTable table)
    {
        html.Append($"<section><h2>{Text(table.Title)}</h2><div class=\"scroll\"><table><thead><tr>");
        foreach (string column in table.Columns)
            html.Append($"<th>{Text(column)}</th>");
        html.Append("</tr></thead><tbody>");
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            html.Append("<tr>");
            foreach (string cell in row)
                html.Append($"<td>{Text(cell)}</td>");
            html.Append("</tr>");
        }

        html.Append("</tbody></table></div></section>");
    }

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
