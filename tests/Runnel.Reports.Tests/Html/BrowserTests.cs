namespace Runnel.Reports.Tests.Html;

public sealed class BrowserTests : IDisposable
{
    // Of each pane, how many colors its canvases hold: a blank one has one or two.
    private const string ColorsOfPanes = """
        return [...document.querySelectorAll('#chart table tr')].map(row => Math.max(0, ...[...row.querySelectorAll('td:nth-child(2) canvas')]
          .filter(canvas => canvas.width > 100 && canvas.height > 50)
          .map(canvas => new Set(new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size)));
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("runnel-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(1280, 900, false)]
    [InlineData(1280, 900, true)]
    [InlineData(390, 844, false)]
    [InlineData(390, 844, true)]
    public async Task Draws_its_charts_and_rows_without_an_error_and_fits_the_screen(int width, int height, bool dark)
    {
        using Browser browser = Browser.OrSkip(width, height, dark);
        BacktestReport report = SampleReport.Create();

        browser.Open(await WriteAsync(report));

        Assert.Empty(browser.Console);
        long[] colors = [.. browser.Evaluate<IReadOnlyCollection<object>>(ColorsOfPanes).Select(n => (long)n)];
        Assert.Equal(3, colors.Count(seen => seen > 2));
        Assert.Equal(Math.Min(50, report.Result.Trades.Count), browser.Evaluate<long>("return document.querySelectorAll('.trades tbody tr').length"));
        Assert.Equal(0, browser.Evaluate<long>("return document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        Assert.Equal(dark ? "rgb(17, 21, 28)" : "rgb(246, 247, 249)", browser.Evaluate<string>("return getComputedStyle(document.body).backgroundColor"));
    }

    [Fact]
    public async Task Trades_are_sorted_filtered_paged_and_shown_in_the_chart()
    {
        using Browser browser = Browser.OrSkip(1280, 900, dark: false);
        BacktestReport report = SampleReport.Create();
        browser.Open(await WriteAsync(report));

        browser.Click(".trades th button[data-column='8']");
        string worst = browser.Evaluate<string>("return document.querySelector('.trades tbody td').textContent");
        browser.Click("#after");
        string second = browser.Evaluate<string>("return document.getElementById('shown').textContent");
        browser.Click("#filter option[value='short']");
        string sides = browser.Evaluate<string>("return [...new Set([...document.querySelectorAll('.trades tbody tr')].map(r => r.cells[1].textContent))].join()");
        browser.Click("#theme");
        browser.Click(".trades tbody tr");

        int expected = report.Result.Trades.Index().MinBy(t => t.Item.Pnl).Index + 1;
        Assert.Equal($"{expected}", worst);
        Assert.StartsWith("51 to ", second, StringComparison.Ordinal);
        Assert.Equal("short", sides);
        Assert.Equal("dark", browser.Evaluate<string>("return document.documentElement.dataset.theme"));
        Assert.Empty(browser.Console);
    }

    [Fact]
    public async Task A_run_without_trades_and_one_of_many_bars_are_drawn_too()
    {
        using Browser browser = Browser.OrSkip(1280, 900, dark: false);

        browser.Open(await WriteAsync(SampleReport.Create(bars: 10)));
        string none = browser.Evaluate<string>("return document.getElementById('shown').textContent");
        browser.Open(await WriteAsync(SampleReport.Create(bars: 60_000)));

        Assert.Equal("no trades", none);
        Assert.Equal(50, browser.Evaluate<long>("return document.querySelectorAll('.trades tbody tr').length"));
        Assert.Empty(browser.Console);
    }

    private async Task<string> WriteAsync(BacktestReport report)
    {
        string file = Path.Combine(folder, $"{Guid.NewGuid():N}.html");
        await HtmlReport.WriteAsync(report, file);
        return file;
    }
}
