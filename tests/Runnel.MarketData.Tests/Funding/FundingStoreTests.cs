using Runnel.Backtesting;
using Runnel.MarketData.Tests.Store;

namespace Runnel.MarketData.Tests.Funding;

public sealed class FundingStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FundingStore store;

    public FundingStoreTests() => store = new FundingStore(folder.File("store"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("bybit-linear-BTCUSDT-funding.csv", 180, 3)]
    [InlineData("bybit-linear-ETHUSDT-funding.csv", 180, 3)]
    [InlineData("bybit-linear-WIFUSDT-funding.csv", 457, 4)]
    public async Task Real_payments_are_imported_read_and_exported_to_the_bit(string file, int payments, int months)
    {
        FundingRates real = CsvFunding.Read(Path.Combine(SharedFolder.KlinesOrSkip(), file));
        await FundingImport.WriteAsync(store, Payments.Series, real, replace: false, Token);
        await FundingImport.WriteAsync(store, Payments.Series, real, replace: false, Token);

        FundingRates stored = await store.ReadAsync(Payments.Series, new TimeRange(0, long.MaxValue), Token);
        CsvFunding.Write(folder.File("out.csv.gz"), stored);

        Payments.Same(real, stored);
        Payments.Same(real, CsvFunding.Read(folder.File("out.csv.gz")));
        StoredFunding entry = (await store.FindAsync(Payments.Series, Token))!;
        Assert.Equal((payments, months, "import"), (entry.Payments, entry.Files, Assert.Single(entry.Origins)));
        Assert.Equal(real.Times[0], Assert.Single(entry.Covered).From);
        Assert.Empty(await store.VerifyAsync(Payments.Series, Token));
    }

    [Fact]
    public async Task Klines_and_funding_of_a_symbol_share_a_folder_and_neither_lists_the_other()
    {
        KlineStore klines = new(store.Folder);
        TimeRange day = Series.Range("2024-01-01", "2024-01-02");
        await klines.WriteAsync(Series.Minutes, day, Series.Every(day, KlineInterval.OneMinute), "bybit", Token);
        await klines.WriteAsync(Series.Minutes with { Price = BybitPrice.Mark }, day, Series.Every(day, KlineInterval.OneMinute, 200), "bybit", Token);
        await store.WriteAsync(Payments.Series, day, Payments.Every(8, "2024-01-01", "2024-01-02"), "bybit", Token);

        Assert.Equal([BybitPrice.Traded, BybitPrice.Mark], (await klines.ListAsync(Token)).Select(s => s.Series.Price));
        Assert.Equal(3, Assert.Single(await store.ListAsync(Token)).Payments);
        Series.Same(Series.Every(day, KlineInterval.OneMinute), await klines.ReadAsync(Series.Minutes, day, Token));
        Series.Same(Series.Every(day, KlineInterval.OneMinute, 200), await klines.ReadAsync(Series.Minutes with { Price = BybitPrice.Mark }, day, Token));
        Assert.True(await store.RemoveAsync(Payments.Series, Token));
        Assert.Equal(2, (await klines.ListAsync(Token)).Count);
    }

    [Fact]
    public async Task Any_changed_byte_is_found_and_named()
    {
        await store.WriteAsync(Payments.Series, Series.Range("2024-01-01", "2024-01-03"), Payments.Every(8, "2024-01-01", "2024-01-03"), "bybit", Token);
        string path = Assert.Single(Directory.GetFiles(store.Folder, "*.parquet", SearchOption.AllDirectories));
        byte[] good = await File.ReadAllBytesAsync(path, Token);

        for (int at = 0; at < good.Length; at++)
        {
            byte[] bad = [.. good];
            bad[at] ^= 0x81;
            await File.WriteAllBytesAsync(path, bad, Token);
            Assert.Equal(path, Assert.Single(await store.VerifyAsync(Payments.Series, Token)).Path);
            MarketDataException error = await Assert.ThrowsAsync<MarketDataException>(() => store.ReadAsync(Payments.Series, new TimeRange(0, long.MaxValue), Token));
            Assert.Contains("runnel data repair AAAUSDT funding --category linear", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Other_payments_of_the_same_time_are_refused_unless_they_shall_be_replaced()
    {
        FundingRates old = Payments.Every(8, "2024-01-01", "2024-02-10"), other = new(old.Times.ToArray(), [.. old.Rates.ToArray().Select(r => r + 0.0001)]);
        await FundingImport.WriteAsync(store, Payments.Series, old, replace: false, Token);

        MarketDataException error = await Assert.ThrowsAsync<MarketDataException>(() => FundingImport.WriteAsync(store, Payments.Series, other, replace: false, Token));
        await FundingImport.WriteAsync(store, Payments.Series, other, replace: true, Token);

        Assert.Contains("120 other payments of AAAUSDT funding linear", error.Message, StringComparison.Ordinal);
        Payments.Same(other, await store.ReadAsync(Payments.Series, new TimeRange(0, long.MaxValue), Token));
    }

    [Fact]
    public async Task As_a_source_it_serves_only_what_it_has_whole_and_the_same_object_while_nothing_changed()
    {
        await store.WriteAsync(Payments.Series, Series.Range("2024-01-01", "2024-02-01"), Payments.Every(8, "2024-01-01", "2024-02-01"), "bybit", Token);
        StoreFundingSource source = new(store, TimeProvider.System);

        FundingData whole = await source.LoadAsync(Payments.Of("2024-01-10", "2024-01-20"), Token), again = await source.LoadAsync(Payments.Of("2024-01-10", "2024-01-20"), Token);
        FundingNotFoundException part = await Assert.ThrowsAsync<FundingNotFoundException>(() => source.LoadAsync(Payments.Of("2024-01-10", "2024-02-02"), Token));
        await store.WriteAsync(Payments.Series, Series.Range("2024-02-01", "2024-03-01"), Payments.Every(4, "2024-02-01", "2024-03-01"), "bybit", Token);
        FundingData longer = await source.LoadAsync(Payments.Of("2024-01-10", "2024-02-02"), Token);

        Assert.Equal((30, "store (bybit)"), (whole.Rates.Count, whole.Source));
        Assert.Same(whole.Rates, again.Rates);
        Assert.Contains("but not for 2024-02-01 00:00 to 2024-02-02 00:00 UTC", part.Message, StringComparison.Ordinal);
        Assert.Equal(66 + 6, longer.Rates.Count);
    }

    [Theory]
    [InlineData("", "header is ''")]
    [InlineData("timestamp_ms,funding_rate\n", "no payment")]
    [InlineData("when,funding_rate\n1704067200000,0.0001\n", "has to name a column timestamp_ms")]
    [InlineData("timestamp_ms,funding_rate\n1704067200000,0.0001\n1704067200000,0.0001\n", "line 3, column time: 1704067200000 repeats")]
    [InlineData("timestamp_ms,funding_rate\n1704096000000,0.0001\n1704067200000,0.0001\n", "line 3, column time: 1704067200000 is before")]
    [InlineData("timestamp_ms,funding_rate\n1704067200000,x\n", "line 2, column rate: 'x' is no rate")]
    [InlineData("timestamp_ms,funding_rate\n1704067200000,1.5\n", "line 2, column rate: '1.5' is no rate")]
    [InlineData("timestamp_ms,funding_rate\nsoon,0.0001\n", "line 2, column time: 'soon' is no time")]
    [InlineData("timestamp_ms,funding_rate\n1704067200000\n", "line 2: has 1 values")]
    public async Task A_file_that_is_wrong_is_refused_with_its_line(string text, string problem)
    {
        await File.WriteAllTextAsync(folder.File("funding.csv"), text, Token);

        CsvKlineException error = Assert.Throws<CsvKlineException>(() => CsvFunding.Read(folder.File("funding.csv")));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Binances_dumps_are_read()
    {
        await File.WriteAllTextAsync(folder.File("funding.csv"), "calc_time,funding_interval_hours,last_funding_rate\n1704067200001,8,0.00037409\n1704096000000,8,-0.00027213\n", Token);

        FundingRates rates = CsvFunding.Read(folder.File("funding.csv"));

        Assert.Equal([0.00037409, -0.00027213], rates.Rates.ToArray());
        Assert.Equal([1_704_067_200_001, 1_704_096_000_000], rates.Times.ToArray());
    }

    [Fact]
    public async Task A_folder_serves_the_file_that_is_named_for_the_contract()
    {
        CsvFunding.Write(folder.File("bybit-linear-AAAUSDT-funding.csv"), Payments.Every(8, "2024-01-01", "2024-02-01"));
        CsvFunding.Write(folder.File("other-linear-AAAUSDT-funding.csv"), Payments.Every(1, "2024-01-01", "2024-03-01"));
        CsvFunding.Write(folder.File("bybit-linear-AAAUSDT-2-funding.csv"), Payments.Every(1, "2024-01-01", "2024-03-01"));
        CsvFundingSource source = new(folder.Path);

        FundingData data = await source.LoadAsync(Payments.Of("2024-01-20", "2024-02-20"), Token), later = await source.LoadAsync(Payments.Of("2024-02-10", "2024-02-11"), Token);
        FundingNotFoundException none = await Assert.ThrowsAsync<FundingNotFoundException>(() => source.LoadAsync(new FundingRequest(new FundingSeries(KlineCategory.Inverse, "AAAUSDT"), default, default), Token));

        Assert.Equal((36, "file bybit-linear-AAAUSDT-funding.csv"), (data.Rates.Count, data.Source));
        Assert.Equal((24, "file other-linear-AAAUSDT-funding.csv"), (later.Rates.Count, later.Source));
        Assert.Contains("{venue}-inverse-AAAUSDT-funding.csv", none.Message, StringComparison.Ordinal);
    }
}
