using Microsoft.Extensions.Time.Testing;
using Runnel.MarketData;

namespace Runnel.Trading.Tests;

public sealed class ClosedBarsSourceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2025, 1, 1, 1, 30, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Leaves_out_the_bar_that_has_not_closed_until_it_has()
    {
        ClosedBarsSource source = await SourceAsync();
        KlineRequest request = Request(hour: 0);

        int before = (await source.LoadAsync(request, Token)).Klines.Count;
        time.Advance(TimeSpan.FromMinutes(30));
        int after = (await source.LoadAsync(request, Token)).Klines.Count;

        Assert.Equal((1, 2), (before, after));
    }

    [Fact]
    public async Task Has_nothing_where_no_bar_has_closed()
    {
        ClosedBarsSource source = await SourceAsync();

        KlinesNotFoundException error = await Assert.ThrowsAsync<KlinesNotFoundException>(() => source.LoadAsync(Request(hour: 1), Token));

        Assert.Equal(KlinesMissing.Range, error.Missing);
        Assert.Contains("has closed yet", error.Message, StringComparison.Ordinal);
    }

    private static KlineRequest Request(int hour) => new()
    {
        Symbol = "BTCUSDT",
        Interval = KlineInterval.Parse("1h"),
        Category = KlineCategory.Linear,
        From = new DateTimeOffset(2025, 1, 1, hour, 0, 0, TimeSpan.Zero),
        To = new DateTimeOffset(2025, 1, 2, 0, 0, 0, TimeSpan.Zero),
    };

    private async Task<ClosedBarsSource> SourceAsync()
    {
        long first = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        string path = folder.File("bybit-linear-BTCUSDT-60.csv");
        await File.WriteAllTextAsync(path, FormattableString.Invariant(
            $"timestamp_ms,open,high,low,close,volume\n{first},100,101,99,100,1\n{first + 3_600_000},100,102,100,101,1\n"), Token);
        return new ClosedBarsSource(new CsvFileSource(path, new KlineCache()), time);
    }
}
