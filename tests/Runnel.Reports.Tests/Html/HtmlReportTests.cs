using System.Text.RegularExpressions;
using Runnel.Backtesting;

namespace Runnel.Reports.Tests.Html;

public sealed partial class HtmlReportTests
{
    [Fact]
    public void Loads_nothing_from_anywhere()
    {
        string html = HtmlReport.Create(SampleReport.Create());

        Assert.Equal(["https://www.tradingview.com/", "data:,"], Links().Matches(html).Select(m => m.Groups["link"].Value).Distinct().OrderDescending());
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_sender_wrote_stays_text()
    {
        string html = HtmlReport.Create(SampleReport.Create(title: "</title></script><script>alert(1)</script>{{data}}"));

        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;{{data}}", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Shows_every_statistic_with_its_definition_and_every_setting()
    {
        string html = System.Net.WebUtility.HtmlDecode(HtmlReport.Create(SampleReport.Create()));

        Assert.All(StatisticCatalogue.All, s => Assert.Contains($"<td>{s.Label}</td>", html, StringComparison.Ordinal));
        Assert.All(StatisticCatalogue.All, s => Assert.Contains(s.Definition, html, StringComparison.Ordinal));
        Assert.Contains("<td>commission</td><td class=\"number\">0.0006</td>", html, StringComparison.Ordinal);
        Assert.Contains("<td>direction</td><td class=\"number\">long short</td>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Says_that_klines_are_invented_where_they_are(bool synthetic)
    {
        string html = HtmlReport.Create(SampleReport.Create(synthetic: synthetic));

        Assert.Equal(synthetic, html.Contains("<strong>INVENTED MARKET", StringComparison.Ordinal));
        Assert.Contains($"\"synthetic\":{(synthetic ? "true" : "false")}", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Merges_bars_into_candles_where_there_are_too_many()
    {
        BacktestReport report = SampleReport.Create(bars: 45_000);

        string html = HtmlReport.Create(report);

        Assert.Contains("each candle stands for 3 bars", html, StringComparison.Ordinal);
        Assert.InRange(html.Length, 0, 6_000_000);
    }

    [Fact]
    public void A_run_without_a_trade_is_shown_too()
    {
        BacktestReport report = SampleReport.Create(bars: 10);

        string html = HtmlReport.Create(report);

        Assert.Empty(report.Result.Trades);
        Assert.Contains("<td>Profit factor</td><td class=\"number\">–</td>", System.Net.WebUtility.HtmlDecode(html), StringComparison.Ordinal);
    }

    [GeneratedRegex("(src|href|action)=\"(?<link>[^\"]*)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Links();
}
