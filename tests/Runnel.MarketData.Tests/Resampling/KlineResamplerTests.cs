using Runnel.Backtesting;
using Runnel.MarketData.Tests.Store;

namespace Runnel.MarketData.Tests.Resampling;

public sealed class KlineResamplerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("WIFUSDT", "1", "5")]
    [InlineData("WIFUSDT", "1", "15")]
    [InlineData("WIFUSDT", "1", "30")]
    [InlineData("WIFUSDT", "1", "60")]
    [InlineData("WIFUSDT", "1", "240")]
    [InlineData("WIFUSDT", "1", "D")]
    [InlineData("WIFUSDT", "1", "W")]
    [InlineData("WIFUSDT", "5", "30")]
    [InlineData("WIFUSDT", "5", "60")]
    [InlineData("WIFUSDT", "5", "240")]
    [InlineData("WIFUSDT", "5", "D")]
    [InlineData("WIFUSDT", "5", "W")]
    [InlineData("WIFUSDT", "60", "D")]
    [InlineData("WIFUSDT", "D", "W")]
    [InlineData("BTCUSDT", "5", "60")]
    [InlineData("ETHUSDT", "5", "60")]
    public void Gives_the_exchanges_own_longer_bars(string symbol, string from, string to)
    {
        string folder = SharedFolder.KlinesOrSkip();
        Klines shorter = CsvKlineReader.Read(Path.Combine(folder, $"bybit-linear-{symbol}-{from}.csv.gz"), symbol, Token);
        Klines own = CsvKlineReader.Read(Path.Combine(folder, $"bybit-linear-{symbol}-{to}.csv.gz"), symbol, Token);

        Klines made = KlineResampler.Resample(shorter, KlineInterval.Parse(from), KlineInterval.Parse(to))!;

        long first = Math.Max(own.OpenTimes[0], made.OpenTimes[0]), last = Math.Min(own.OpenTimes[^1], made.OpenTimes[^1]);
        Klines expected = own.Between(first, last + 1);
        // What the files' source saved last was not closed yet.
        if (last == own.OpenTimes[^1])
            expected = own.Between(first, last);
        Assert.NotEqual(0, expected.Count);
        Series.Same(expected, made.Between(first, expected.OpenTimes[^1] + 1));
    }

    [Fact]
    public void Weeks_begin_on_Monday_and_months_on_the_first_and_halves_are_left_out()
    {
        Klines days = Series.Every(Series.Range("2024-01-05", "2024-03-20"), KlineInterval.OneDay);

        Klines weeks = KlineResampler.Resample(days, KlineInterval.OneDay, KlineInterval.OneWeek)!;
        Klines months = KlineResampler.Resample(days, KlineInterval.OneDay, KlineInterval.OneMonth)!;

        Assert.Equal(Requests.Time("2024-01-08").ToUnixTimeMilliseconds(), weeks.OpenTimes[0]);
        Assert.Equal(Requests.Time("2024-03-11").ToUnixTimeMilliseconds(), weeks.OpenTimes[^1]);
        Assert.Equal([Requests.Time("2024-02-01").ToUnixTimeMilliseconds()], months.OpenTimes.ToArray());
    }

    [Fact]
    public void A_hole_stays_one_and_no_bar_is_invented()
    {
        Klines minutes = Series.At(Series.Every(Series.Range("2024-01-01", "2024-01-02"), KlineInterval.OneMinute).OpenTimes.ToArray().Where((_, i) => i is < 290 or >= 425));

        Klines hours = KlineResampler.Resample(minutes, KlineInterval.OneMinute, KlineInterval.OneHour)!;

        Assert.Equal([0L, 1, 2, 3, 4, 7, 8], hours.OpenTimes.ToArray().Select(t => (t - minutes.OpenTimes[0]) / 3_600_000).Take(7));
        Assert.Equal(minutes.Close[289], hours.Close[4]);
        Assert.Equal(minutes.Open[290], hours.Open[5]);
    }

    [Theory]
    [InlineData("1h", "1m")]
    [InlineData("1w", "1M")]
    [InlineData("1M", "1w")]
    public void Bars_that_would_straddle_two_longer_ones_are_refused(string from, string to) => Assert.Throws<ArgumentException>(
        () => KlineResampler.Resample(Series.Every(Series.Range("2024-01-01", "2024-01-02"), KlineInterval.OneHour), KlineInterval.Parse(from), KlineInterval.Parse(to)));

    [Fact]
    public async Task A_store_with_minutes_serves_any_longer_interval_and_says_so()
    {
        using TemporaryFolder folder = new();
        KlineStore store = new(folder.File("store"));
        TimeRange days = Series.Range("2024-01-01", "2024-01-03");
        await store.WriteAsync(Series.Minutes, days, Series.Every(days, KlineInterval.OneMinute), "bybit", Token);

        KlineData hours = await new StoreKlineSource(store, new KlineCache(), TimeProvider.System).LoadAsync(Requests.Of("AAAUSDT", "1h", "2024-01-01T00:30Z", "2024-01-02T00:30Z"), Token);

        Assert.Equal("store (bybit), made of 1m", hours.Source);
        Assert.Equal((24, Requests.Time("2024-01-01T01:00Z").ToUnixTimeMilliseconds()), (hours.Klines.Count, hours.Klines.OpenTimes[0]));
    }
}
