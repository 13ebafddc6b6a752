namespace Runnel.MarketData.Tests.Csv;

public sealed class CsvFolderSourceTests
{
    private readonly KlineCache cache = new();

    [Theory]
    [InlineData("bybit-linear-BTCUSDT-60.csv.gz", "bybit linear BTCUSDT 1h")]
    [InlineData("/some/folder/binance-spot-BTCUSDT-1d.csv", "binance spot BTCUSDT 1d")]
    [InlineData("bybit-linear-BTCUSDT-1-20221213.csv.gz", "bybit linear BTCUSDT 1m")]
    [InlineData("bybit-linear-BTC-29DEC23-240.csv.gz", "bybit linear BTC-29DEC23 4h")]
    [InlineData("nautilus-BTC-PERP-1.csv.gz", null)]
    [InlineData("bybit-linear-BTCUSDT-funding.csv", null)]
    [InlineData("bybit-1-BTCUSDT-60.csv", null)]
    [InlineData("bybit-linear--60.csv", null)]
    [InlineData("manifest.json", null)]
    public void Reads_the_naming_convention(string path, string? expected)
    {
        string? found = KlineFileName.TryParse(path, out KlineFileName? name) ? $"{name.Venue} {name.Category.ToString().ToLowerInvariant()} {name.Symbol} {name.Interval}" : null;

        Assert.Equal(expected, found);
    }

    [Fact]
    public async Task Serves_the_wanted_range_from_the_file_that_fits()
    {
        CsvFolderSource source = new(SharedFolder.KlinesOrSkip(), cache);

        KlineData data = await source.LoadAsync(Requests.Of("BTCUSDT", "1h", "2024-01-01", "2024-02-01"), TestContext.Current.CancellationToken);

        Assert.Equal(31 * 24, data.Klines.Count);
        Assert.Equal("file bybit-linear-BTCUSDT-60.csv.gz", data.Source);
        Assert.Equal(Requests.Time("2024-01-01").ToUnixTimeMilliseconds(), data.Klines.OpenTimes[0]);
        Assert.Equal(Requests.Time("2024-01-31T23:00Z").ToUnixTimeMilliseconds(), data.Klines.OpenTimes[^1]);
        Assert.Equal(0, data.MissingBars);
        Assert.False(data.IsSynthetic);
    }

    [Fact]
    public async Task Counts_the_holes_it_leaves()
    {
        CsvFolderSource source = new(SharedFolder.KlinesOrSkip(), cache);

        KlineData data = await source.LoadAsync(Requests.All("BTCUSDT", "1h", KlineCategory.Spot), TestContext.Current.CancellationToken);

        Assert.Equal(58_419, data.Klines.Count);
        Assert.Equal(((data.Klines.OpenTimes[^1] - data.Klines.OpenTimes[0]) / 3_600_000) + 1 - 58_419, data.MissingBars);
        Assert.True(data.MissingBars >= 28);
    }

    [Theory]
    [InlineData("NOSUCH", "1h", "2024-01-01", "BTCUSDT, DOGEUSDT, ETHUSDT")]
    [InlineData("BTCUSDT", "4h", "2024-01-01", "BTCUSDT 1h linear")]
    [InlineData("BTCUSDT", "1h", "2019-01-01", "44766 bars from 2020-03-25 10:00 to 2025-05-03 15:00 UTC")]
    public async Task Says_what_there_is_when_there_is_nothing(string symbol, string interval, string from, string part)
    {
        CsvFolderSource source = new(SharedFolder.KlinesOrSkip(), cache);
        KlineRequest request = Requests.Of(symbol, interval, from, DateTimeOffset.FromUnixTimeMilliseconds(Requests.Time(from).ToUnixTimeMilliseconds() + 86_400_000).ToString("O"));

        KlinesNotFoundException error = await Assert.ThrowsAsync<KlinesNotFoundException>(() => source.LoadAsync(request, TestContext.Current.CancellationToken));

        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_the_folder_is_not_there()
    {
        CsvFolderSource source = new("/nowhere/klines", cache);

        MarketDataException error = await Assert.ThrowsAsync<MarketDataException>(() => source.LoadAsync(Requests.All("X", "1h"), TestContext.Current.CancellationToken));

        Assert.Contains("klines", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_whose_name_says_nothing_serves_any_symbol_but_only_its_interval()
    {
        CsvFileSource source = new(Path.Combine(SharedFolder.KlinesOrSkip(), "goog-D.csv.gz"), cache);

        KlineData data = await source.LoadAsync(Requests.All("GOOG", "D"), TestContext.Current.CancellationToken);
        KlinesNotFoundException error = await Assert.ThrowsAsync<KlinesNotFoundException>(() => source.LoadAsync(Requests.All("GOOG", "1h"), TestContext.Current.CancellationToken));

        Assert.Equal(("GOOG", 2_148), (data.Klines.Symbol, data.Klines.Count));
        Assert.Contains("bars of 1d, not of 1h", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reads_a_file_again_after_it_changed()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("x-linear-AAAUSDT-60.csv");
        const string header = "timestamp_ms,open,high,low,close,volume\n1704067200000,1,1,1,1,1\n";
        CsvFolderSource source = new(folder.Path, cache);
        await File.WriteAllTextAsync(path, header, TestContext.Current.CancellationToken);
        KlineData before = await source.LoadAsync(Requests.All("AAAUSDT", "1h"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path, header + "1704070800000,1,1,1,1,1\n", TestContext.Current.CancellationToken);

        KlineData after = await source.LoadAsync(Requests.All("AAAUSDT", "1h"), TestContext.Current.CancellationToken);

        Assert.Equal((1, 2), (before.Klines.Count, after.Klines.Count));
    }

    [Fact]
    public async Task A_chain_asks_the_next_source_and_reports_every_reason()
    {
        KlineSourceChain chain = new([new CsvFolderSource(SharedFolder.KlinesOrSkip(), cache), new SyntheticMarket(7, cache)]);

        KlineData found = await chain.LoadAsync(Requests.Of("SOLUSDT", "1h", "2024-01-01", "2024-01-02"), TestContext.Current.CancellationToken);
        KlinesNotFoundException error = await Assert.ThrowsAsync<KlinesNotFoundException>(
            () => chain.LoadAsync(Requests.Of("NOSUCH", "1h", "2024-01-01", "2024-01-02"), TestContext.Current.CancellationToken));

        Assert.True(found.IsSynthetic);
        Assert.Contains("has no file for NOSUCH 1h linear", error.Message, StringComparison.Ordinal);
        Assert.Contains("does not invent NOSUCH", error.Message, StringComparison.Ordinal);
    }
}
