using CsCheck;
using Microsoft.AspNetCore.Http;
using Runnel.Backtesting;
using Runnel.MarketData.Tests.Bybit;
using Runnel.MarketData.Tests.Store;

namespace Runnel.MarketData.Tests.Fetching;

public sealed class KlineFetcherTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private StandInExchange exchange = null!;
    private BybitClient client = null!;
    private KlineStore store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        exchange = await StandInExchange.StartAsync();
        client = new BybitClient(StandInExchange.Impatient(exchange.Address));
        store = new KlineStore(folder.File("store"));
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await exchange.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Fetches_only_what_is_missing()
    {
        TimeRange all = Series.Range("2024-01-30", "2024-02-04");
        exchange.Add("linear", "1", Series.Every(all, KlineInterval.OneMinute));
        exchange.Add("linear", "D", Series.Every(all, KlineInterval.OneDay));

        KlineFetchResult middle = await FetchAsync("2024-01-31", "2024-02-02");
        KlineFetchResult whole = await FetchAsync("2024-01-30", "2024-02-04");
        int asked = exchange.Asked.Count;
        KlineFetchResult again = await FetchAsync("2024-01-30", "2024-02-04");

        Assert.Equal((2_880L, 2_880L, 1), (middle.RowsFetched, middle.RowsStored, middle.GapsFilled));
        Assert.Equal((3 * 1_440L, 3 * 1_440L, 2, 5 * 1_440L), (whole.RowsFetched, whole.RowsStored, whole.GapsFilled, whole.Bars));
        Assert.Equal((0L, 0L, 0, 5 * 1_440L), (again.RowsFetched, again.RowsStored, again.GapsFilled, again.Bars));
        Assert.Equal(asked, exchange.Asked.Count);
        Series.Same(Series.Every(all, KlineInterval.OneMinute), await store.ReadAsync(Series.Minutes, all, Token));
    }

    [Fact]
    public async Task A_refresh_replaces_what_is_stored()
    {
        TimeRange day = Series.Range("2024-01-01", "2024-01-02");
        exchange.Add("linear", "1", Series.Every(day, KlineInterval.OneMinute));
        exchange.Add("linear", "D", Series.Every(day, KlineInterval.OneDay));
        await FetchAsync("2024-01-01", "2024-01-02");
        exchange.Add("linear", "1", Series.Every(day, KlineInterval.OneMinute, 300));

        KlineFetchResult plain = await FetchAsync("2024-01-01", "2024-01-02"), refreshed = await FetchAsync("2024-01-01", "2024-01-02", refresh: true);

        Assert.Equal((0L, 1_440L, 0), (plain.RowsStored, refreshed.RowsStored, refreshed.GapsFilled));
        Series.Same(Series.Every(day, KlineInterval.OneMinute, 300), await store.ReadAsync(Series.Minutes, day, Token));
    }

    [Fact]
    public async Task A_bar_that_has_not_closed_is_never_stored_nor_counted_as_there()
    {
        TimeRange day = Series.Range("2024-01-01", "2024-01-02");
        exchange.Add("linear", "1", Series.Every(day, KlineInterval.OneMinute));
        exchange.Add("linear", "D", Series.Every(day, KlineInterval.OneDay));
        exchange.Clock = Requests.Time("2024-01-01T10:00:30Z").ToUnixTimeMilliseconds();
        await FetchAsync("2024-01-01", "2024-01-02");
        long first = (await store.FindAsync(Series.Minutes, Token))!.Bars;

        exchange.Clock = Requests.Time("2024-01-01T10:01:04Z").ToUnixTimeMilliseconds();
        await FetchAsync("2024-01-01", "2024-01-02");
        long settling = (await store.FindAsync(Series.Minutes, Token))!.Bars;
        exchange.Clock = Requests.Time("2024-01-01T10:01:05Z").ToUnixTimeMilliseconds();
        KlineFetchResult closed = await FetchAsync("2024-01-01", "2024-01-02");

        Assert.Equal((600L, 600L, 601L, 1L), (first, settling, closed.Bars, closed.RowsStored));
        Assert.Equal([new TimeRange(day.From, day.From + (601 * 60_000))], (await store.FindAsync(Series.Minutes, Token))!.Covered);
    }

    [Fact]
    public async Task A_listing_years_later_than_the_start_costs_a_few_requests_and_is_remembered()
    {
        TimeRange day = Series.Range("2024-01-01T07:30Z", "2024-01-02");
        exchange.Add("linear", "1", Series.Every(day, KlineInterval.OneMinute));
        exchange.Add("linear", "D", Series.Every(Series.Range("2024-01-01", "2024-01-02"), KlineInterval.OneDay));

        KlineFetchResult first = await FetchAsync("2015-01-01", "2024-01-02");
        int asked = exchange.Asked.Count;
        KlineFetchResult again = await FetchAsync("2010-01-01", "2024-01-02");

        Assert.Equal((990L, 0), (first.Bars, first.Gaps.Count));
        Assert.InRange(asked, 3, 14);
        Assert.Equal((990L, 0L, asked), (again.Bars, again.RowsFetched, exchange.Asked.Count));
        Assert.Single(Directory.GetFiles(store.Folder, "*.parquet", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task An_outage_is_recorded_and_not_filled_and_an_empty_reply_by_mistake_is_no_outage()
    {
        TimeRange day = Series.Range("2024-01-01", "2024-01-02");
        Klines bars = Series.At(Series.Every(day, KlineInterval.OneMinute).OpenTimes.ToArray().Where((_, i) => i is < 700 or >= 760));
        exchange.Add("linear", "1", bars);
        exchange.Add("linear", "D", Series.Every(day, KlineInterval.OneDay));
        await FetchAsync("2024-01-01", "2024-01-01T00:01Z");
        exchange.Faults.Enqueue(StandInExchange.PassAsync);
        exchange.Faults.Enqueue(c => c.Response.WriteAsync("""{"retCode":0,"retMsg":"OK","result":{"symbol":"AAAUSDT","list":[]},"time":1800000000000}""", Token));

        KlineFetchResult result = await FetchAsync("2024-01-01", "2024-01-02");

        KlineGap gap = Assert.Single(result.Gaps);
        Assert.Equal((60L, true), (gap.Bars, gap.IsConfirmed));
        Series.Same(bars, await store.ReadAsync(Series.Minutes, day, Token));
    }

    [Fact]
    public async Task An_answer_about_another_symbol_is_refused_and_nothing_is_stored()
    {
        TimeRange day = Series.Range("2024-01-01", "2024-01-02");
        exchange.Add("linear", "1", Series.Every(day, KlineInterval.OneMinute));
        exchange.Add("linear", "D", Series.Every(day, KlineInterval.OneDay));
        exchange.AnswersAbout = "BBBUSDT";

        BybitException error = await Assert.ThrowsAsync<BybitException>(() => FetchAsync("2024-01-01", "2024-01-02"));

        Assert.Contains("about BBBUSDT, not AAAUSDT", error.Message, StringComparison.Ordinal);
        Assert.Null(await store.FindAsync(Series.Minutes, Token));
    }

    [Fact]
    public async Task Faults_on_the_way_leave_no_hole_and_no_double()
    {
        TimeRange all = Series.Range("2024-01-30", "2024-02-09");
        exchange.Add("linear", "1", Series.Every(all, KlineInterval.OneMinute));
        exchange.Add("linear", "D", Series.Every(all, KlineInterval.OneDay));
        Random random = new(5);
        Func<HttpContext, Task>[] faults =
        [
            StandInExchange.PassAsync, c => StandInExchange.RateLimitAsync(c), c => StandInExchange.StatusAsync(c, 502),
            c => { c.Abort(); return Task.CompletedTask; }, c => c.Response.WriteAsync("{\"retCode\":0,\"result\":{\"list\":[[\"17040", Token),
        ];
        for (int i = 0; i < 50; i++)
            exchange.Faults.Enqueue(i % 2 == 0 ? StandInExchange.PassAsync : faults[random.Next(faults.Length)]);

        KlineFetchResult result = await FetchAsync("2024-01-01", "2024-02-09");

        Assert.Equal((10 * 1_440L, 0), (result.Bars, result.Gaps.Count));
        Series.Same(Series.Every(all, KlineInterval.OneMinute), await store.ReadAsync(Series.Minutes, all, Token));
    }

    [Fact]
    public async Task An_exchange_that_allows_less_than_is_asked_slows_a_fetch_down_and_costs_no_bar()
    {
        TimeRange all = Series.Range("2024-02-01", "2024-02-15");
        exchange.Add("linear", "1", Series.Every(all, KlineInterval.OneMinute));
        exchange.Add("linear", "D", Series.Every(all, KlineInterval.OneDay));
        exchange.PerSecond = 6;
        using BybitClient hasty = new(StandInExchange.Impatient(exchange.Address) with { RequestsPerSecond = 1_000, MaxRetries = 20, MaxRetryDelay = TimeSpan.FromSeconds(2) });

        KlineFetchResult result = await new KlineFetcher(hasty, store).FetchAsync(Requests.Of("AAAUSDT", "1m", "2024-02-01", "2024-02-15"), refresh: false, null, Token);

        Assert.Equal((14 * 1_440L, 0), (result.Bars, result.Gaps.Count));
        Assert.True(exchange.Refused > 0);
    }

    [Theory]
    [InlineData("bybit-linear-BTCUSDT-60.csv.gz", "60")]
    [InlineData("bybit-linear-BTCUSDT-D.csv.gz", "D")]
    [InlineData("bybit-linear-WIFUSDT-1.csv.gz", "1")]
    [InlineData("bybit-linear-WIFUSDT-240.csv.gz", "240")]
    [InlineData("bybit-linear-WIFUSDT-W.csv.gz", "W")]
    [InlineData("binance-spot-BTCUSDT-60.csv.gz", "60")]
    public async Task Real_klines_are_stored_to_the_bit_and_their_outages_as_such(string file, string interval)
    {
        Klines real = CsvKlineReader.Read(Path.Combine(SharedFolder.KlinesOrSkip(), file), "AAAUSDT", Token);
        KlineInterval length = KlineInterval.Parse(interval);
        exchange.Add("linear", interval, real);
        if (interval != "D")
            exchange.Add("linear", "D", Series.At([KlineInterval.OneDay.Floor(real.OpenTimes[0])]));
        KlineRequest request = Requests.Of("AAAUSDT", interval, "2015-01-01", "2025-12-01");

        KlineFetchResult result = await new KlineFetcher(client, store).FetchAsync(
            request with { To = DateTimeOffset.FromUnixTimeMilliseconds(length.Add(real.OpenTimes[^1], 1)) }, refresh: false, null, Token);

        Series.Same(real, await store.ReadAsync(KlineSeries.Of(request), new TimeRange(0, long.MaxValue), Token));
        Assert.Equal(length.CountBetween(real.OpenTimes[0], real.OpenTimes[^1]) + 1 - real.Count, result.Gaps.Sum(g => g.Bars));
        Assert.All(result.Gaps, g => Assert.True(g.IsConfirmed));
    }

    [Fact]
    public async Task A_second_fetch_of_a_series_stands_aside_while_the_first_runs()
    {
        TimeRange day = Series.Range("2024-01-01", "2024-01-02");
        exchange.Add("linear", "1", Series.Every(day, KlineInterval.OneMinute));
        exchange.Add("linear", "D", Series.Every(day, KlineInterval.OneDay));
        TaskCompletionSource reached = new(), go = new();
        exchange.Faults.Enqueue(async c =>
        {
            reached.SetResult();
            await go.Task;
            await StandInExchange.StatusAsync(c, 503);
        });

        Task<KlineFetchResult> first = FetchAsync("2024-01-01", "2024-01-02");
        await reached.Task;
        await Assert.ThrowsAsync<FetchInProgressException>(() => FetchAsync("2024-01-01", "2024-01-02"));
        go.SetResult();

        Assert.Equal(1_440, (await first).Bars);
        Assert.Equal(0, (await FetchAsync("2024-01-01", "2024-01-02")).RowsFetched);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Any_ranges_in_any_order_give_each_bar_once(bool cutsNewest)
    {
        TimeRange listed = Series.Range("2024-01-29T03:17Z", "2024-02-05");
        Klines bars = Series.At(Series.Every(listed, KlineInterval.OneMinute).OpenTimes.ToArray().Where(t => t / 60_000 % 1_013 > 20));
        exchange.Add("linear", "1", bars);
        exchange.Add("linear", "D", Series.Every(Series.Range("2024-01-29", "2024-02-05"), KlineInterval.OneDay));
        exchange.CutsNewest = cutsNewest;
        long least = Series.Range("2024-01-25", "2024-01-26").From / 1_000, most = Series.Range("2024-02-07", "2024-02-08").From / 1_000;

        await Gen.Select(Gen.Long[least, most], Gen.Long[least, most]).Array[1, 5].SampleAsync(async ranges =>
        {
            KlineStore own = new(folder.File("store-" + Guid.NewGuid().ToString("N")));
            KlineFetcher fetcher = new(client, own);
            List<TimeRange> asked = [];
            foreach ((long a, long b) in ranges.Where(r => r.Item1 != r.Item2))
            {
                TimeRange range = new(Math.Min(a, b) * 1_000, Math.Max(a, b) * 1_000);
                asked.Add(range);
                KlineRequest request = Requests.Of("AAAUSDT", "1m", "2024-01-01", "2024-02-01") with
                {
                    From = DateTimeOffset.FromUnixTimeMilliseconds(range.From),
                    To = DateTimeOffset.FromUnixTimeMilliseconds(range.To),
                };
                await fetcher.FetchAsync(request, refresh: false, null, Token);
            }

            long[] expected = [.. bars.OpenTimes.ToArray().Where(t => asked.Any(r => t >= r.From && t < r.To))];
            long[] stored = (await own.ReadAsync(Series.Minutes, new TimeRange(0, long.MaxValue), Token))?.OpenTimes.ToArray() ?? [];
            Assert.Equal(expected, stored);
        }, iter: 25, threads: 1);
    }

    private Task<KlineFetchResult> FetchAsync(string from, string to, bool refresh = false) =>
        new KlineFetcher(client, store).FetchAsync(Requests.Of("AAAUSDT", "1m", from, to), refresh, null, Token);
}
