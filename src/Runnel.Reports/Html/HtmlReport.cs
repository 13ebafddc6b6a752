using System.Net;

namespace Runnel.Reports;

/// <summary>One self-contained HTML file: candles with entries and exits, equity, drawdown, monthly returns, trades, statistics with their
/// definitions. It holds its script and styles and asks no network for anything.</summary>
public static class HtmlReport
{
    /// <summary>The document.</summary>
    /// <param name="report">What to show.</param>
    public static string Create(BacktestReport report) => Fill(Assets.Text("report.html"), new Dictionary<string, string>
    {
        ["title"] = WebUtility.HtmlEncode(report.Title),
        ["style"] = Assets.Text("report.css"),
        ["body"] = ReportBody.Of(report),
        ["data"] = ReportData.Of(report),
        ["charts"] = Assets.Text("lightweight-charts-5.2.1.js"),
        ["script"] = Assets.Text("report.js"),
    });

    /// <summary>Writes it into a file, which appears whole or not at all and replaces one that is there.</summary>
    /// <param name="report">What to show.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The folder does not exist, or the disk is full.</exception>
    public static Task WriteAsync(BacktestReport report, string path) =>
        WholeFile.WriteAsync(path, async stream => await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Create(report))));

    /// <summary>The document of an optimization: how much of it is luck, a heat map or parallel coordinates, convergence, equity out of sample, tables. Its plots are drawings
    /// that need no script.</summary>
    /// <param name="report">What to show.</param>
    public static string Create(OptimizationReport report) => Drawn(report.Title, OptimizationBody.Of(report));

    /// <summary>Writes it into a file, which appears whole or not at all and replaces one that is there.</summary>
    /// <param name="report">What to show.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The folder does not exist, or the disk is full.</exception>
    public static Task WriteAsync(OptimizationReport report, string path) =>
        WholeFile.WriteAsync(path, async stream => await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Create(report))));

    /// <summary>The document of a portfolio: equity, drawdown and what each symbol added, monthly returns, trades, statistics. Its plots are drawings that need no script.</summary>
    /// <param name="report">What to show.</param>
    public static string Create(PortfolioReport report) => Drawn(report.Title, PortfolioBody.Of(report));

    /// <summary>Writes it into a file, which appears whole or not at all and replaces one that is there.</summary>
    /// <param name="report">What to show.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The folder does not exist, or the disk is full.</exception>
    public static Task WriteAsync(PortfolioReport report, string path) =>
        WholeFile.WriteAsync(path, async stream => await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Create(report))));

    private static string Drawn(string title, string body) => Fill(Assets.Text("report.html"), new Dictionary<string, string>
    {
        ["title"] = WebUtility.HtmlEncode(title),
        ["style"] = Assets.Text("report.css") + Assets.Text("optimization.css"),
        ["body"] = body,
        ["data"] = "{}",
        ["charts"] = "",
        ["script"] = Assets.Text("optimization.js"),
    });

    // By position, not by replacing: what a part holds is never taken for a place to fill.
    private static string Fill(string template, Dictionary<string, string> parts)
    {
        System.Text.StringBuilder filled = new();
        int at = 0;
        for (int open = template.IndexOf("{{", StringComparison.Ordinal); open >= 0; open = template.IndexOf("{{", at, StringComparison.Ordinal))
        {
            int close = template.IndexOf("}}", open, StringComparison.Ordinal);
            filled.Append(template, at, open - at).Append(parts[template[(open + 2)..close]]);
            at = close + 2;
        }

        return filled.Append(template, at, template.Length - at).ToString();
    }
}
