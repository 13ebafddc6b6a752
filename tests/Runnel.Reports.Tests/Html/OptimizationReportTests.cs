using System.Text.RegularExpressions;

namespace Runnel.Reports.Tests.Html;

public sealed partial class OptimizationReportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("runnel-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Leads_with_the_guards_and_loads_nothing_from_anywhere()
    {
        string html = HtmlReport.Create(Sample(parameters: 2));

        Assert.True(html.IndexOf("by luck alone", StringComparison.Ordinal) < html.IndexOf("<svg", StringComparison.Ordinal));
        Assert.Contains("<td>deflated Sharpe ratio</td><td class=\"number\">74 %</td>", html, StringComparison.Ordinal);
        Assert.Equal(["data:,"], Links().Matches(html).Select(m => m.Groups["link"].Value).Distinct());
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_sender_wrote_stays_text()
    {
        string html = HtmlReport.Create(Sample(parameters: 2) with { Title = "</title><script>alert(1)</script>", Metric = "sharpe<script>alert(2)</script>" });

        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 1280, false)]
    [InlineData(2, 390, true)]
    [InlineData(3, 1280, true)]
    [InlineData(3, 390, false)]
    [InlineData(1, 1280, false)]
    public async Task Draws_its_plots_without_an_error_and_fits_the_screen(int parameters, int width, bool dark)
    {
        using Browser browser = Browser.OrSkip(width, 900, dark);
        string file = Path.Combine(folder, "report.html");
        OptimizationReport report = Sample(parameters);

        await HtmlReport.WriteAsync(report, file);
        browser.Open(file);
        long drawn = browser.Evaluate<long>("""
            return [...document.querySelectorAll('#heat-map rect, #parallel path.trial, #parallel path.best')].filter(e => e.getBoundingClientRect().width > 0).length;
            """);

        Assert.Equal(report.Points.Count, drawn);
        Assert.Equal(3, browser.Evaluate<long>("return [...document.querySelectorAll('svg.plot')].filter(e => e.getBoundingClientRect().height > 50).length"));
        Assert.True(browser.Evaluate<bool>("return document.querySelector('#convergence path.line').getBoundingClientRect().width > 100"));
        Assert.True(browser.Evaluate<bool>("return document.querySelector('#out-of-sample path.line').getBoundingClientRect().height > 5"));
        Assert.True(browser.Evaluate<bool>("""
            return new Set([...document.querySelectorAll('#heat-map rect, #parallel path.trial')].map(e => getComputedStyle(e).fill + getComputedStyle(e).stroke)).size > 5;
            """));
        Assert.Equal(0, browser.Evaluate<long>("return document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        Assert.Equal(dark ? "rgb(17, 21, 28)" : "rgb(246, 247, 249)", browser.Evaluate<string>("return getComputedStyle(document.body).backgroundColor"));
        browser.Click("#theme");
        Assert.Equal(dark ? "light" : "dark", browser.Evaluate<string>("return document.documentElement.dataset.theme"));
        Assert.Empty(browser.Console);
    }

    [Fact]
    public void A_cell_of_the_heat_map_that_stands_for_several_trials_shows_the_best()
    {
        OptimizationReport report = Sample(parameters: 2) with
        {
            Maximize = false,
            Points = [.. Enumerable.Range(0, 400).Select(i => new OptimizationPoint(i, [i, 1], i % 5 == 3 ? -1 : 2))],
        };

        string html = HtmlReport.Create(report);

        Assert.Equal(80, Cells().Count(html));
        Assert.Equal(80, Regex.Count(html, "sharpe -1</title></rect>"));
    }

    [Fact]
    public void A_front_is_drawn_over_the_other_trials_with_what_each_is()
    {
        OptimizationReport report = Sample(parameters: 2) with
        {
            Front = new OptimizationFrontPlot(
                "sharpe", "drawdown<", [new OptimizationFrontPoint("trial 3, fast 5", 2, 10), new OptimizationFrontPoint("trial 1, fast 6", 1, 5)],
                [new OptimizationFrontPoint("trial 0", 0, 20)]),
        };

        string html = HtmlReport.Create(report);

        Assert.Equal(["trial 0: sharpe 0, drawdown&lt; 20", "trial 3, fast 5: sharpe 2, drawdown&lt; 10", "trial 1, fast 6: sharpe 1, drawdown&lt; 5"],
            Front().Matches(html).Select(m => m.Groups["said"].Value));
        Assert.Contains("class=\"other\" cx=\"70\" cy=\"14\"", html, StringComparison.Ordinal); // worst in both: at the left and on top, where drawdowns are deepest
        Assert.Contains("class=\"front\" cx=\"980\"", html, StringComparison.Ordinal);
        Assert.Equal(4, Regex.Count(html, "<svg class=\"plot\""));
    }

    [GeneratedRegex("<circle class=\"(?:other|front)\"[^>]*><title>(?<said>[^<]*)</title>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Front();

    [GeneratedRegex("<rect ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Cells();

    [GeneratedRegex("(?:href|src)\\s*=\\s*\"(?<link>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Links();

    private static OptimizationReport Sample(int parameters)
    {
        OptimizationPoint[] points =
        [
            .. Enumerable.Range(0, 120).Select(i => new OptimizationPoint(
                i, [.. new double[] { i / 10, i % 10 * 20, i % 7 }.Take(parameters)], Math.Sin(i / 20.0) + i % 10 / 10.0)),
        ];
        List<OptimizationPoint> improvements = [];
        foreach (OptimizationPoint point in points)
        {
            if (improvements.Count == 0 || point.Value > improvements[^1].Value)
                improvements.Add(point);
        }

        return new OptimizationReport
        {
            Title = "btc-sma-1",
            Subtitle = "sma_cross on BTCUSDT 1h",
            Headline = "The best of 120 trials by luck alone would reach a Sharpe ratio of 1.32.",
            Guards = [new OptimizationFigure("deflated Sharpe ratio", "74 %", "Probability that it is more than luck.")],
            Metric = "sharpe",
            Maximize = true,
            Parameters = [.. new[] { "fast", "slow", "stop" }.Take(parameters)],
            Points = points,
            Trials = points.Length,
            Improvements = improvements,
            OutOfSampleEquity = [10_000, 10_500, 9_900, 11_000],
            OutOfSample = (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1)),
            Tables = [new OptimizationTable("Best trials", ["rank", "parameters"], [["1", "fast 5, slow 20"]])],
        };
    }
}
