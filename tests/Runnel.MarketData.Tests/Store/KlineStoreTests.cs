using CsCheck;
using Runnel.Backtesting;

namespace Runnel.MarketData.Tests.Store;

public sealed class KlineStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly KlineStore store;

    public KlineStoreTests() => store = new KlineStore(folder.File("store"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("bybit-linear-BTCUSDT-60.csv.gz", "1h")]
    [InlineData("bybit-linear-BTCUSDT-D.csv.gz", "1d")]
    [InlineData("bybit-linear-WIFUSDT-W.csv.gz", "1w")]
    [InlineData("bybit-linear-DOGEUSDT-1.csv.gz", "1m")]
    [InlineData("bybit-inverse-BTCUSD-1-20221213.csv.gz", "1m")]
    [InlineData("binance-spot-BTCUSDT-60.csv.gz", "1h")]
    [InlineData("eurusd-60.csv.gz", "1h")]
    [InlineData("nautilus-BTC-PERP-1.csv.gz", "1m")]
    public async Task Real_klines_come_back_to_the_bit_in_at_most_16_bytes_a_bar(string file, string interval)
    {
        Klines real = CsvKlineReader.Read(Path.Combine(SharedFolder.KlinesOrSkip(), file), "X", Token);
        KlineSeries series = new(KlineCategory.Linear, "X", KlineInterval.Parse(interval));
        TimeRange range = new(real.OpenTimes[0], real.OpenTimes[^1] + 1);

        await store.WriteAsync(series, range, real, "import", Token);

        Series.Same(real, await store.ReadAsync(series, range, Token));
        StoredSeries stored = (await store.FindAsync(series, Token))!;
        Assert.Equal(real.Count, stored.Bars);
        Assert.Equal(KlineData(real, series.Interval).MissingBars, stored.MissingBars);
        Assert.Empty(await store.VerifyAsync(series, Token));
        if (file.StartsWith("bybit", StringComparison.Ordinal) && real.Count >= 720 * stored.Files)
            Assert.InRange((double)stored.Bytes / stored.Bars, 1, 16);
    }

    [Fact]
    public async Task Any_bars_come_back_to_the_bit()
    {
        Gen<double> price = Gen.OneOf(Gen.Double[1e-9, 1e9], Gen.Int[1, 9_999_999].Select(n => n / 100.0), Gen.Int[1, 99_999].Select(n => n * 1e-8), Gen.Long[1, 1L << 60].Select(n => (double)n));
        Gen<(long Step, double Price, double Volume)> bar = Gen.Select(Gen.Long[1, 100], price, Gen.OneOf(Gen.Const(0.0), price));

        await bar.Array[0, 200].SampleAsync(async bars =>
        {
            KlineSeries series = new(KlineCategory.Spot, "ANY" + Guid.NewGuid().ToString("N")[..8], KlineInterval.OneMinute);
            long time = 1_700_000_040_000;
            long[] times = [.. bars.Select(b => time += b.Step * 60_000)];
            double[] prices = [.. bars.Select(b => b.Price)];
            if (times.Length == 0)
                return;
            Klines klines = new("X", times, prices, prices, prices, prices, [.. bars.Select(b => b.Volume)]);
            TimeRange range = new(times[0], times[^1] + 60_000);
            await store.WriteAsync(series, range, klines, "import", Token);

            Series.Same(klines, await store.ReadAsync(series, range, Token));
        }, iter: 100);
    }

    [Fact]
    public async Task Columns_that_lie_on_huge_pages_come_back_to_the_bit_whole_and_in_part()
    {
        TimeRange all = Series.Range("2023-01-01", "2024-03-01"), part = Series.Range("2023-01-15T12:34Z", "2024-02-20T01:02Z");
        Klines bars = Series.Every(all, KlineInterval.OneMinute);
        await store.WriteAsync(Series.Minutes, all, bars, "bybit", Token);

        Assert.True(bars.Count * sizeof(double) > 4 << 20);
        Series.Same(bars, await store.ReadAsync(Series.Minutes, all, Token));
        Series.Same(bars.Between(part.From, part.To), await store.ReadAsync(Series.Minutes, part, Token));
    }

    [Fact]
    public async Task What_is_written_in_pieces_in_any_order_is_the_same_to_the_byte()
    {
        TimeRange all = Series.Range("2024-01-30", "2024-02-02");
        Klines bars = Series.At(Series.Every(all, KlineInterval.OneMinute).OpenTimes.ToArray().Where(t => t / 60_000 % 97 > 5));
        KlineStore whole = new(folder.File("whole"));
        await whole.WriteAsync(Series.Minutes, all, bars, "bybit", Token);

        await Gen.Select(Gen.Long[all.From / 60_000, all.To / 60_000], Gen.Long[all.From / 60_000, all.To / 60_000]).Array[1, 6].SampleAsync(async cuts =>
        {
            KlineStore pieces = new(folder.File("pieces-" + Guid.NewGuid().ToString("N")));
            foreach (TimeRange range in cuts.Select(c => new TimeRange(Math.Min(c.Item1, c.Item2) * 60_000, Math.Max(c.Item1, c.Item2) * 60_000)).Append(all))
                await pieces.WriteAsync(Series.Minutes, range, KlineRangeOf(bars, range), "bybit", Token);

            Assert.Equal(Files(whole), Files(pieces));
        }, iter: 30);
    }

    [Fact]
    public async Task A_range_that_is_written_again_is_replaced_and_the_rest_is_kept()
    {
        TimeRange day = Series.Range("2024-01-31", "2024-02-02"), middle = Series.Range("2024-01-31T12:00Z", "2024-02-01T12:00Z");
        await store.WriteAsync(Series.Minutes, day, Series.Every(day, KlineInterval.OneMinute), "bybit", Token);

        Klines thinned = Series.At(Series.Every(middle, KlineInterval.OneMinute, 500).OpenTimes.ToArray().Where(t => t % 120_000 == 0), 500);
        await store.WriteAsync(Series.Minutes, middle, thinned, "bybit", Token);

        Series.Same(thinned, await store.ReadAsync(Series.Minutes, middle, Token));
        Assert.Equal(1_440 + 720, (await store.FindAsync(Series.Minutes, Token))!.Bars);
        IReadOnlyList<KlineGap> gaps = await store.FindGapsAsync(Series.Minutes, day, Token);
        Assert.Equal(720, gaps.Count);
        Assert.All(gaps, g => Assert.Equal((1, true), (g.Bars, g.IsConfirmed)));
    }

    [Fact]
    public async Task A_hole_is_an_outage_where_the_source_was_asked_and_unknown_where_not()
    {
        TimeRange first = Series.Range("2024-01-01", "2024-01-02"), last = Series.Range("2024-03-01", "2024-03-02");
        Klines bars = Series.At(Series.Every(first, KlineInterval.OneMinute).OpenTimes.ToArray().Where((_, i) => i is < 100 or >= 110));
        await store.WriteAsync(Series.Minutes, first, bars, "bybit", Token);
        await store.WriteAsync(Series.Minutes, last, Series.Every(last, KlineInterval.OneMinute), "bybit", Token);

        IReadOnlyList<KlineGap> gaps = await store.FindGapsAsync(Series.Minutes, new TimeRange(0, long.MaxValue), Token);

        Assert.Equal([(10L, true), (59L * 1_440, false)], gaps.Select(g => (g.Bars, g.IsConfirmed)));
        Assert.Equal([first, last], (await store.FindAsync(Series.Minutes, Token))!.Covered);
    }

    [Fact]
    public async Task Any_changed_byte_is_found_and_named()
    {
        TimeRange hour = Series.Range("2024-01-01", "2024-01-01T01:00Z");
        await store.WriteAsync(Series.Minutes, hour, Series.Every(hour, KlineInterval.OneMinute), "bybit", Token);
        string path = Assert.Single(Directory.GetFiles(store.Folder, "*.parquet", SearchOption.AllDirectories));
        byte[] good = await File.ReadAllBytesAsync(path, Token);

        foreach ((int at, byte change) in Enumerable.Range(0, good.Length).SelectMany(at => new byte[] { 1, 0x80, 0xFF }.Select(change => (at, change))))
        {
            byte[] bad = [.. good];
            bad[at] ^= change;
            await File.WriteAllBytesAsync(path, bad, Token);
            DamagedFile damaged = Assert.Single(await store.VerifyAsync(Series.Minutes, Token));
            Assert.Equal(path, damaged.Path);
            MarketDataException error = await Assert.ThrowsAsync<MarketDataException>(() => store.ReadAsync(Series.Minutes, hour, Token));
            Assert.Contains("runnel data repair AAAUSDT 1m", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_file_that_was_cut_or_is_another_programs_is_an_error_that_names_it()
    {
        TimeRange day = Series.Range("2024-01-01", "2024-01-02");
        await store.WriteAsync(Series.Minutes, day, Series.Every(day, KlineInterval.OneMinute), "bybit", Token);
        string path = Assert.Single(Directory.GetFiles(store.Folder, "*.parquet", SearchOption.AllDirectories));
        byte[] good = await File.ReadAllBytesAsync(path, Token);
        foreach (int length in new[] { 0, 1, 4, 8, good.Length / 2, good.Length - 1 })
        {
            await File.WriteAllBytesAsync(path, good[..length], Token);

            DamagedFile damaged = Assert.Single(await store.VerifyAsync(Series.Minutes, Token));

            Assert.Equal(path, damaged.Path);
        }

        Assert.True(await store.RemoveDamagedAsync(Series.Minutes, (await store.VerifyAsync(Series.Minutes, Token))[0], Token));
        Assert.Null(await store.FindAsync(Series.Minutes, Token));
    }

    [Fact]
    public async Task Lists_what_it_has_and_forgets_what_is_removed()
    {
        TimeRange day = Series.Range("2024-01-01", "2024-01-02");
        KlineSeries spot = new(KlineCategory.Spot, "aaausdt", KlineInterval.OneHour);
        await store.WriteAsync(Series.Minutes, day, Series.Every(day, KlineInterval.OneMinute), "bybit", Token);
        await store.WriteAsync(spot, day, Series.Every(day, KlineInterval.OneHour), "import", Token);

        IReadOnlyList<StoredSeries> both = await store.ListAsync(Token);
        bool removed = await store.RemoveAsync(Series.Minutes, Token), again = await store.RemoveAsync(Series.Minutes, Token);

        Assert.Equal([("AAAUSDT", "1h", 24L, "import"), ("AAAUSDT", "1m", 1_440L, "bybit")], both.Select(s => (s.Series.Symbol, s.Series.Interval.Name, s.Bars, s.Origins.Single())));
        Assert.Equal((true, false), (removed, again));
        Assert.Equal(spot, Assert.Single(await store.ListAsync(Token)).Series);
    }

    [Theory]
    [InlineData("../../etc")]
    [InlineData("A/B")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("A B")]
    public void A_symbol_that_is_no_folder_name_is_refused(string symbol) =>
        Assert.Throws<MarketDataException>(() => new KlineSeries(KlineCategory.Linear, symbol, KlineInterval.OneHour));

    [Fact]
    public async Task As_a_source_it_serves_only_what_it_has_whole()
    {
        TimeRange days = Series.Range("2024-01-01", "2024-01-03");
        await store.WriteAsync(Series.Minutes, days, Series.Every(days, KlineInterval.OneMinute), "bybit", Token);
        StoreKlineSource source = new(store, new KlineCache(), TimeProvider.System);

        KlineData whole = await source.LoadAsync(Requests.Of("AAAUSDT", "1m", "2024-01-01T10:00Z", "2024-01-02"), Token);
        KlineData again = await source.LoadAsync(Requests.Of("AAAUSDT", "1m", "2024-01-01T10:00Z", "2024-01-02"), Token);
        KlinesNotFoundException part = await Assert.ThrowsAsync<KlinesNotFoundException>(() => source.LoadAsync(Requests.Of("AAAUSDT", "1m", "2024-01-02", "2024-01-04"), Token));
        KlinesNotFoundException none = await Assert.ThrowsAsync<KlinesNotFoundException>(() => source.LoadAsync(Requests.Of("BBBUSDT", "1m", "2024-01-02", "2024-01-04"), Token));

        Assert.Equal((840, "store (bybit)"), (whole.Klines.Count, whole.Source));
        Assert.Same(whole.Klines, again.Klines);
        Assert.Equal(KlinesMissing.Range, part.Missing);
        Assert.Contains("but not for 2024-01-03 00:00 to 2024-01-04 00:00 UTC", part.Message, StringComparison.Ordinal);
        Assert.Equal(KlinesMissing.Symbol, none.Missing);
    }

    [Fact]
    public async Task What_is_warm_is_served_without_reading_a_file()
    {
        TimeRange day = Series.Range("2024-01-01", "2024-01-02");
        await store.WriteAsync(Series.Minutes, day, Series.Every(day, KlineInterval.OneMinute), "bybit", Token);
        StoreKlineSource source = new(store, new KlineCache(), TimeProvider.System);
        KlineData first = await source.LoadAsync(Requests.Of("AAAUSDT", "1m", "2024-01-01", "2024-01-02"), Token);
        FileInfo file = new(Assert.Single(Directory.GetFiles(store.Folder, "*.parquet", SearchOption.AllDirectories)));
        DateTime written = file.LastWriteTimeUtc;

        await File.WriteAllBytesAsync(file.FullName, new byte[file.Length], Token);
        File.SetLastWriteTimeUtc(file.FullName, written);

        Assert.Same(first.Klines, (await source.LoadAsync(Requests.Of("AAAUSDT", "1m", "2024-01-01", "2024-01-02"), Token)).Klines);
    }

    [Fact]
    public void A_folder_is_flushed_to_the_disk_or_the_error_names_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows cannot flush folders.");

        FolderFlush.Flush(folder.Path);
        IOException error = Assert.Throws<IOException>(() => FolderFlush.Flush(folder.File("absent")));

        Assert.Contains(folder.File("absent"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_in_one_month_leaves_every_other_as_it_was()
    {
        TimeRange all = Series.Range("2024-01-15", "2024-03-15"), march = Series.Range("2024-03-01", "2024-03-02");
        await store.WriteAsync(Series.Minutes, march, Series.Every(march, KlineInterval.OneMinute), "bybit", Token);
        string file = Assert.Single(Directory.GetFiles(store.Folder, "*.parquet", SearchOption.AllDirectories));
        await File.WriteAllBytesAsync(file, new byte[100], Token);

        MarketDataException error = await Assert.ThrowsAsync<MarketDataException>(() => store.WriteAsync(Series.Minutes, all, Series.Every(all, KlineInterval.OneMinute), "import", Token));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Equal([file], Directory.GetFiles(store.Folder, "*.parquet", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_an_error_that_names_the_setting()
    {
        await File.WriteAllTextAsync(folder.File("file"), "", Token);
        TimeRange day = Series.Range("2024-01-01", "2024-01-02");

        MarketDataException error = await Assert.ThrowsAsync<MarketDataException>(() => new KlineStore(folder.File(Path.Combine("file", "store")))
            .WriteAsync(Series.Minutes, day, Series.Every(day, KlineInterval.OneMinute), "bybit", Token));

        Assert.Contains("Runnel:Trading:StoreFolder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_files_of_an_import_are_kept_and_named_since_the_exchange_has_no_copy_of_them()
    {
        foreach (string month in new[] { "2024-01", "2024-02" })
            await store.WriteAsync(Series.Minutes, Series.Range($"{month}-01", $"{month}-02"), Series.Every(Series.Range($"{month}-01", $"{month}-02"), KlineInterval.OneMinute), "import", Token);
        string file = Directory.GetFiles(store.Folder, "2024-02.parquet", SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(file, new byte[100], Token);
        using BybitClient nowhere = new(Bybit.StandInExchange.Impatient(new Uri("http://127.0.0.1:1")));

        MarketDataException error = await Assert.ThrowsAsync<MarketDataException>(() => new KlineRepair(store, new KlineFetcher(nowhere, store)).RepairAsync(Series.Minutes, null, Token));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task What_was_replaced_on_disk_is_not_served_from_memory()
    {
        TimeRange day = Series.Range("2024-01-01", "2024-01-02");
        await store.WriteAsync(Series.Minutes, day, Series.Every(day, KlineInterval.OneMinute), "bybit", Token);
        StoreKlineSource source = new(store, new KlineCache(), TimeProvider.System);
        await source.LoadAsync(Requests.Of("AAAUSDT", "1m", "2024-01-01", "2024-01-02"), Token);

        Klines better = Series.Every(day, KlineInterval.OneMinute, 200);
        await store.WriteAsync(Series.Minutes, day, better, "bybit", Token);

        Series.Same(better, (await source.LoadAsync(Requests.Of("AAAUSDT", "1m", "2024-01-01", "2024-01-02"), Token)).Klines);
    }

    private static KlineData KlineData(Klines klines, KlineInterval interval) => new() { Klines = klines, Interval = interval, Source = "" };

    private static Klines? KlineRangeOf(Klines bars, TimeRange range)
    {
        Klines part = bars.Between(range.From, range.To);
        return part.Count == 0 ? null : part;
    }

    private static List<(string, string)> Files(KlineStore store) => [.. Directory.GetFiles(store.Folder, "*.parquet", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(f => (Path.GetRelativePath(store.Folder, f), Convert.ToHexString(File.ReadAllBytes(f))))];
}
