using CsCheck;
using Microsoft.AspNetCore.Http;
using Runnel.Backtesting;
using Runnel.MarketData.Tests.Bybit;
using Runnel.MarketData.Tests.Store;

namespace Runnel.MarketData.Tests.Funding;

public sealed class FundingFetcherTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private StandInExchange exchange = null!;
    private BybitClient client = null!;
    private FundingStore store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        exchange = await StandInExchange.StartAsync();
        exchange.Add("linear", "D", Series.Every(Series.Range("2024-01-01", "2024-08-01"), KlineInterval.OneDay));
        exchange.Funding = ("AAAUSDT", Payments.Every(1, "2024-01-03T08:00Z", "2024-08-01"));
        client = new BybitClient(StandInExchange.Impatient(exchange.Address));
        store = new FundingStore(folder.File("store"));
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await exchange.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Fetches_only_what_is_missing_and_in_the_end_the_bytes_do_not_depend_on_the_way()
    {
        KlineFetchResult middle = await FetchAsync(store, "2024-03-05T03:10Z", "2024-05-02"), whole = await FetchAsync(store, "2024-01-01", "2024-08-01");
        int asked = exchange.Asked.Count;
        KlineFetchResult again = await FetchAsync(store, "2024-02-01", "2024-07-01");
        Assert.Equal((0L, asked), (again.RowsFetched, exchange.Asked.Count));
        FundingStore quiet = new(folder.File("quiet"));
        await FetchAsync(quiet, "2024-01-01", "2024-08-01");

        FundingRates all = exchange.Funding!.Value.Rates;
        Assert.Equal((middle.RowsFetched, 1), (middle.RowsStored, middle.GapsFilled));
        Assert.Equal((all.Count, 2), (whole.Bars, whole.GapsFilled));
        Assert.Equal(all.Count, middle.RowsStored + whole.RowsStored);
        Payments.Same(all, await store.ReadAsync(Payments.Series, new TimeRange(0, long.MaxValue), Token));
        Assert.Equal(Files(quiet), Files(store));
    }

    [Fact]
    public async Task A_listing_years_later_than_the_start_costs_a_few_requests_and_is_remembered()
    {
        await FetchAsync(store, "2015-01-01", "2024-02-01");
        int asked = exchange.Asked.Count;
        KlineFetchResult again = await FetchAsync(store, "2010-01-01", "2024-02-01");

        Assert.InRange(asked, 3, 14);
        Assert.Equal((0L, asked), (again.RowsFetched, exchange.Asked.Count));
        Assert.Single(Directory.GetFiles(store.Folder, "*.parquet", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_payment_that_may_not_be_published_yet_is_not_counted_as_absent()
    {
        exchange.Clock = Requests.Time("2024-02-01T08:05Z").ToUnixTimeMilliseconds();
        KlineFetchResult early = await FetchAsync(store, "2024-02-01", "2024-02-02");
        exchange.Clock = Requests.Time("2024-02-01T09:10Z").ToUnixTimeMilliseconds();
        KlineFetchResult later = await FetchAsync(store, "2024-02-01", "2024-02-02");

        Assert.Equal((7L, 9L, 2L), (early.Bars, later.Bars, later.RowsStored));
        Assert.Equal([Series.Range("2024-02-01", "2024-02-01T09:00Z")], (await store.FindAsync(Payments.Series, Token))!.Covered);
    }

    [Fact]
    public async Task Faults_on_the_way_and_an_empty_reply_by_mistake_lose_no_payment()
    {
        Random random = new(3);
        Func<HttpContext, Task>[] faults =
        [
            c => StandInExchange.RateLimitAsync(c), c => StandInExchange.StatusAsync(c, 502), c => { c.Abort(); return Task.CompletedTask; },
            c => c.Response.WriteAsync("{\"retCode\":0,\"result\":{\"list\":[{\"sym", Token),
        ];
        await FetchAsync(store, "2024-01-01", "2024-01-02");
        exchange.Faults.Enqueue(StandInExchange.PassAsync);
        exchange.Faults.Enqueue(c => c.Response.WriteAsync("""{"retCode":0,"retMsg":"OK","result":{"category":"linear","list":[]},"time":1800000000000}""", Token));
        for (int i = 0; i < 30; i++)
            exchange.Faults.Enqueue(i % 2 == 0 ? StandInExchange.PassAsync : faults[random.Next(faults.Length)]);

        KlineFetchResult result = await FetchAsync(store, "2024-01-01", "2024-08-01");

        Assert.Equal(exchange.Funding!.Value.Rates.Count, result.Bars);
    }

    [Fact]
    public async Task A_refresh_replaces_what_is_stored_and_a_damaged_file_is_fetched_again()
    {
        await FetchAsync(store, "2024-01-01", "2024-03-01");
        FundingRates old = exchange.Funding!.Value.Rates, better = new(old.Times.ToArray(), [.. old.Rates.ToArray().Select(r => r + 0.0001)]);
        exchange.Funding = ("AAAUSDT", better);
        KlineFetchResult plain = await FetchAsync(store, "2024-01-01", "2024-02-01"), refreshed = await new FundingFetcher(client, store).FetchAsync(Payments.Of("2024-01-01", "2024-02-01"), refresh: true, null, Token);
        string file = Directory.GetFiles(store.Folder, "2024-02.parquet", SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(file, new byte[100], Token);

        KlineRepairResult repaired = await new FundingRepair(store, new FundingFetcher(client, store)).RepairAsync(Payments.Series, null, Token);

        Assert.Equal((0L, refreshed.Bars), (plain.RowsStored, refreshed.RowsStored));
        Assert.Equal((1, 29 * 24), (repaired.DamagedFiles, repaired.RowsStored));
        Payments.Same(new FundingRates(better.Times[..(int)(refreshed.Bars + repaired.RowsStored)].ToArray(), better.Rates[..(int)(refreshed.Bars + repaired.RowsStored)].ToArray()),
            await store.ReadAsync(Payments.Series, new TimeRange(0, long.MaxValue), Token));
    }

    [Fact]
    public async Task Any_ranges_in_any_order_give_each_payment_once()
    {
        FundingRates all = exchange.Funding!.Value.Rates;
        long hours = 3_600_000, first = Series.Range("2023-12-25", "2024-01-01").From / hours;

        await Gen.Select(Gen.Long[first, first + 5_500], Gen.Long[first, first + 5_500]).Array[1, 4].SampleAsync(async ranges =>
        {
            FundingStore own = new(folder.File("store-" + Guid.NewGuid().ToString("N")));
            List<TimeRange> asked = [];
            foreach ((long a, long b) in ranges.Where(r => r.Item1 != r.Item2))
            {
                TimeRange range = new(Math.Min(a, b) * hours, Math.Max(a, b) * hours);
                asked.Add(range);
                FundingRequest request = new(Payments.Series, DateTimeOffset.FromUnixTimeMilliseconds(range.From), DateTimeOffset.FromUnixTimeMilliseconds(range.To));
                await new FundingFetcher(client, own).FetchAsync(request, refresh: false, null, Token);
            }

            long[] expected = [.. all.Times.ToArray().Where(t => asked.Any(r => t >= r.From && t < r.To))];
            Assert.Equal(expected, (await own.ReadAsync(Payments.Series, new TimeRange(0, long.MaxValue), Token)).Times.ToArray());
        }, iter: 15, threads: 1);
    }

    private Task<KlineFetchResult> FetchAsync(FundingStore into, string from, string to) =>
        new FundingFetcher(client, into).FetchAsync(Payments.Of(from, to), refresh: false, null, Token);

    private static List<(string, string)> Files(FundingStore store) => [.. Directory.GetFiles(store.Folder, "*.parquet", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(f => (Path.GetRelativePath(store.Folder, f), Convert.ToHexString(File.ReadAllBytes(f))))];
}
