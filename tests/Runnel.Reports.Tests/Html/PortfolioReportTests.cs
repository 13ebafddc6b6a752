using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Runnel.Backtesting;

namespace Runnel.Reports.Tests.Html;

public sealed partial class PortfolioReportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("runnel-test-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Shows_each_symbol_and_loads_nothing_from_anywhere()
    {
        PortfolioReport report = Sample();

        string html = HtmlReport.Create(report);

        Assert.All(report.Result.Members, m => Assert.Contains($"<td>{m.Symbol}</td><td>0.5</td><td>{m.Profit.ToString("N2", CultureInfo.InvariantCulture)}</td>", html, StringComparison.Ordinal));
        Assert.Contains($"<dt>Closed trades</dt><dd>{report.Result.Statistics.Trades}</dd>", html, StringComparison.Ordinal);
        Assert.Contains("INVENTED MARKET", html, StringComparison.Ordinal);
        Assert.Equal(["data:,"], Links().Matches(html).Select(m => m.Groups["link"].Value).Distinct());
        Assert.DoesNotContain("Alpha", html, StringComparison.Ordinal); // needs the bars of one symbol
    }

    [Fact]
    public void What_a_sender_wrote_stays_text() =>
        Assert.DoesNotContain("<script>alert", HtmlReport.Create(Sample("A<script>alert(1)</script>") with { Title = "</title><script>alert(2)</script>" }), StringComparison.Ordinal);

    [Theory]
    [InlineData(1280, false)]
    [InlineData(390, true)]
    public async Task Draws_its_plots_without_an_error_and_fits_the_screen(int width, bool dark)
    {
        using Browser browser = Browser.OrSkip(width, 900, dark);
        string file = Path.Combine(folder, "report.html");

        await HtmlReport.WriteAsync(Sample(), file);
        browser.Open(file);

        Assert.Equal(3, browser.Evaluate<long>("return [...document.querySelectorAll('svg.plot')].filter(e => e.getBoundingClientRect().height > 10).length"));
        Assert.True(browser.Evaluate<bool>("return document.querySelector('#equity path.line').getBoundingClientRect().height > 20"));
        Assert.True(browser.Evaluate<bool>("return document.querySelector('#drawdown path.line').getBoundingClientRect().height > 20"));
        Assert.Equal(2, browser.Evaluate<long>("return document.querySelectorAll('#profits rect').length"));
        Assert.True(browser.Evaluate<bool>("""
            return [...document.querySelectorAll('svg.plot')].every(svg => [...svg.querySelectorAll('text')].every(t => t.getBBox().x >= 0 && t.getBBox().x + t.getBBox().width <= 1000));
            """));
        Assert.Equal(0, browser.Evaluate<long>("return document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        browser.Click("#theme");
        Assert.Equal(dark ? "light" : "dark", browser.Evaluate<string>("return document.documentElement.dataset.theme"));
        Assert.Empty(browser.Console);
    }

    [Fact]
    public async Task Exports_hold_every_trade_with_its_symbol()
    {
        PortfolioReport report = Sample("A,\"B\"");

        IReadOnlyList<string> csv = await BacktestExport.WriteAsync(report, ExportFormat.Csv, folder, "p", Token);
        IReadOnlyList<string> json = await BacktestExport.WriteAsync(report, ExportFormat.Json, folder, "p", Token);
        IReadOnlyList<string> parquet = await BacktestExport.WriteAsync(report, ExportFormat.Parquet, folder, "p", Token);

        string[] trades = await File.ReadAllLinesAsync(csv[0], Token), equity = await File.ReadAllLinesAsync(csv[1], Token);
        Assert.Equal(["p-trades.csv", "p-equity.csv", "p.json", "p-trades.parquet", "p-equity.parquet"], csv.Concat(json).Concat(parquet).Select(Path.GetFileName));
        Assert.Equal((report.Result.Statistics.Trades + 1, report.Result.Times.Count + 1), (trades.Length, equity.Length));
        Assert.StartsWith("symbol,entry_time_ms,", trades[0], StringComparison.Ordinal);
        Assert.Equal(report.Result.Members[0].Trades.Count, trades.Count(t => t.StartsWith("\"A,\"\"B\"\"\",", StringComparison.Ordinal)));
        JsonElement document = JsonDocument.Parse(await File.ReadAllBytesAsync(json[0], Token)).RootElement;
        Assert.Equal(report.Result.Members.Select(m => (m.Symbol, m.Profit)), document.GetProperty("symbols").EnumerateArray().Select(s => (s.GetProperty("symbol").GetString()!, s.GetProperty("profit").GetDouble())));
        Assert.Equal(report.Result.Statistics.Trades, document.GetProperty("trades").GetArrayLength());
        Assert.Equal(report.Result.Equity[^1], document.GetProperty("equity")[report.Result.Times.Count - 1].GetProperty("equity").GetDouble());
    }

    private static PortfolioReport Sample(string first = "ALPHA1")
    {
        Klines klines = SampleReport.Create().Klines;
        double[] Column(ReadOnlySpan<double> values) => values.ToArray();
        Klines other = new(first, klines.OpenTimes.ToArray(), Column(klines.Open), Column(klines.High), Column(klines.Low), Column(klines.Close), Column(klines.Volume));
        BacktestSettings settings = new() { Commission = 0.0006 };
        return new PortfolioReport
        {
            Title = "sample",
            Strategy = "several",
            Interval = "1h",
            IsSynthetic = true,
            Sources = new Dictionary<string, string> { [first] = "random walk", ["WALK"] = "random walk" },
            Settings = settings,
            Result = Portfolio.Run(
            [
                new PortfolioMember(klines, Strategies.Create("sma_cross", new Dictionary<string, double> { ["fast"] = 5, ["slow"] = 20 })),
                new PortfolioMember(other, Strategies.Create("donchian", new Dictionary<string, double> { ["n"] = 20 })),
            ], settings, cancellationToken: Token),
        };
    }

    [GeneratedRegex("(?:href|src)\\s*=\\s*\"(?<link>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Links();
}
