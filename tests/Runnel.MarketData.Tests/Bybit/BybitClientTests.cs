using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Runnel.Backtesting;

namespace Runnel.MarketData.Tests.Bybit;

public sealed class BybitClientTests : IAsyncLifetime
{
    private StandInExchange exchange = null!;
    private BybitClient client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        exchange = await StandInExchange.StartAsync();
        client = new BybitClient(StandInExchange.Impatient(exchange.Address));
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await exchange.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fetches_every_bar_once_whichever_side_the_exchange_cuts(bool cutsNewest)
    {
        Klines real = CsvKlineReader.Read(Path.Combine(SharedFolder.KlinesOrSkip(), "bybit-linear-BTCUSDT-60.csv.gz"), "BTCUSDT", Token);
        exchange.Add("linear", "60", real);
        exchange.CutsNewest = cutsNewest;

        Klines? fetched = await client.GetKlinesAsync(Requests.Of("BTCUSDT", "1h", "2020-03-25T10:00Z", "2025-06-01"), Token);

        Assert.NotNull(fetched);
        Assert.Equal(real.OpenTimes.ToArray(), fetched.OpenTimes.ToArray());
        Assert.Equal(real.Close.ToArray(), fetched.Close.ToArray());
        Assert.Equal(real.Volume.ToArray(), fetched.Volume.ToArray());
        Assert.InRange(exchange.Asked.Count, 45, 47);
    }

    [Theory]
    [InlineData("2024-01-01T00:00Z", "2024-01-01T01:00Z", 60)]
    [InlineData("2024-01-01T00:00:08Z", "2024-01-01T01:00Z", 59)]
    [InlineData("2024-01-01T00:00Z", "2024-01-01T00:59:30Z", 60)]
    [InlineData("2024-01-01T00:00Z", "2024-01-01T16:40Z", 1_000)]
    [InlineData("2024-01-01T00:00Z", "2024-01-01T16:41Z", 1_001)]
    [InlineData("2024-01-01T00:00Z", "2024-01-03T00:00Z", 2_880)]
    [InlineData("2023-12-31T00:00Z", "2024-01-01T00:00:01Z", 1)]
    public async Task Fetches_bars_that_open_in_the_range_and_no_other(string from, string to, int expected)
    {
        exchange.Add("linear", "1", Minutes("2024-01-01", 3_000));
        exchange.Add("linear", "D", Minutes("2024-01-01", 3, minutes: 1_440));

        Klines? fetched = await client.GetKlinesAsync(Requests.Of("AAAUSDT", "1m", from, to), Token);

        Assert.Equal(expected, fetched?.Count ?? 0);
        Assert.Equal(KlineInterval.OneMinute.Ceiling(Math.Max(Requests.Time(from).ToUnixTimeMilliseconds(), Requests.Time("2024-01-01").ToUnixTimeMilliseconds())), fetched!.OpenTimes[0]);
    }

    [Fact]
    public async Task Leaves_out_the_bar_that_is_still_open()
    {
        exchange.Add("linear", "1", Minutes("2024-01-01", 3_000));
        exchange.Clock = Requests.Time("2024-01-01T10:00:30Z").ToUnixTimeMilliseconds();

        Klines? open = await client.GetKlinesAsync(Requests.Of("AAAUSDT", "1m", "2024-01-01", "2024-01-02"), Token);
        exchange.Clock = Requests.Time("2024-01-01T10:01:00Z").ToUnixTimeMilliseconds();
        Klines? closed = await client.GetKlinesAsync(Requests.Of("AAAUSDT", "1m", "2024-01-01", "2024-01-02"), Token);

        Assert.Equal((600, 601), (open?.Count, closed?.Count));
    }

    [Fact]
    public async Task Finds_a_listing_years_after_the_start_without_asking_for_every_minute()
    {
        exchange.Add("linear", "1", Minutes("2024-01-01T07:30Z", 3_000));
        exchange.Add("linear", "D", Minutes("2024-01-01", 2, minutes: 1_440));

        Klines? fetched = await client.GetKlinesAsync(Requests.Of("AAAUSDT", "1m", "2020-01-01", "2024-01-02"), Token);

        Assert.Equal(990, fetched?.Count);
        Assert.InRange(exchange.Asked.Count, 3, 6);
    }

    [Theory]
    [InlineData("D", "2023-01-01", "2024-01-01", 365)]
    [InlineData("W", "2023-01-01", "2024-01-01", 52)]
    [InlineData("M", "2023-01-01", "2024-01-01", 12)]
    public async Task Pages_days_weeks_and_months(string interval, string from, string to, int expected)
    {
        KlineInterval step = KlineInterval.Parse(interval);
        long[] times = new long[3_000];
        times[0] = step.Ceiling(Requests.Time("2018-01-01").ToUnixTimeMilliseconds());
        for (int i = 1; i < times.Length; i++)
            times[i] = step.Add(times[i - 1], 1);
        double[] ones = [.. Enumerable.Repeat(1.0, times.Length)];
        exchange.Add("linear", interval, new Klines("AAAUSDT", times, ones, ones, ones, ones, ones));

        Klines? fetched = await client.GetKlinesAsync(Requests.Of("AAAUSDT", interval, from, to), Token);

        Assert.Equal(expected, fetched?.Count);
    }

    [Fact]
    public async Task Repeats_what_may_pass()
    {
        exchange.Add("linear", "1", Minutes("2024-01-01", 60));
        Func<HttpContext, Task>[] faults =
        [
            c => StandInExchange.RateLimitAsync(c),
            c => StandInExchange.RateLimitAsync(c, resetAt: DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()),
            c => StandInExchange.CodeAsync(c, 10000, "Server Timeout"),
            c => StandInExchange.CodeAsync(c, 10016, "Server error"),
            c => StandInExchange.StatusAsync(c, 429),
            c => StandInExchange.StatusAsync(c, 503),
            c => { c.Abort(); return Task.CompletedTask; },
            c => { c.Response.ContentLength = 500; return WriteAndAbortAsync(c); },
            c => c.Response.WriteAsync("{\"retCode\":0,\"result\":{\"list\":[[\"17040", Token),
        ];

        foreach (Func<HttpContext, Task> fault in faults)
        {
            exchange.Faults.Enqueue(fault);
            Klines? fetched = await client.GetKlinesAsync(Requests.Of("AAAUSDT", "1m", "2024-01-01", "2024-01-01T01:00Z"), Token);

            Assert.Equal(60, fetched?.Count);
        }

        Assert.Equal(2 * faults.Length, exchange.Asked.Count);
    }

    [Theory]
    [InlineData(10001, "Check symbol, category and interval")]
    [InlineData(10009, "does not serve this region")]
    [InlineData(10017, "path is gone")]
    [InlineData(10029, "choose another")]
    [InlineData(33004, "list of error codes")]
    public async Task Every_other_code_is_an_error_at_once_that_says_what_to_do(int code, string remedy)
    {
        exchange.Faults.Enqueue(c => StandInExchange.CodeAsync(c, code, "the exchange's words"));

        BybitException error = await Assert.ThrowsAsync<BybitException>(() => client.GetServerTimeAsync(Token));

        Assert.Equal((code, false), (error.Code, error.IsTransient));
        Assert.Contains("the exchange's words", error.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
        Assert.Single(exchange.Asked);
    }

    [Fact]
    public async Task Bans_pages_and_nonsense_are_errors_at_once()
    {
        (Func<HttpContext, Task> Fault, string Part)[] cases =
        [
            (c => StandInExchange.StatusAsync(c, 403), "wait ten minutes"),
            (c => StandInExchange.StatusAsync(c, 404), "no such path"),
            (c => c.Response.WriteAsync("\n<!DOCTYPE html><html>Sign in</html>", Token), "A web page came"),
            (c => c.Response.WriteAsync("{\"hello\":1}", Token), "no retCode"),
            (c => c.Response.WriteAsync("[]", Token), "no retCode"),
            (c => c.Response.WriteAsync("{\"retCode\":0,\"retMsg\":\"OK\",\"time\":1}", Token), "no result"),
            (c => c.Response.WriteAsync("{\"retCode\":0,\"result\":{},\"time\":1}", Token), "no list"),
            (c => c.Response.WriteAsync("{\"retCode\":0,\"result\":{\"list\":[[\"1704067200000\",\"1\",\"x\",\"1\",\"1\",\"1\"]]},\"time\":1}", Token), "'x', not a number"),
            (c => c.Response.WriteAsync("{\"retCode\":0,\"result\":{\"list\":[[\"1704067200000\",\"1\",\"0.5\",\"1\",\"1\",\"1\",\"1\"]]},\"time\":1904067200000}", Token), "cannot be"),
        ];

        foreach ((Func<HttpContext, Task> fault, string part) in cases)
        {
            int before = exchange.Asked.Count;
            exchange.Faults.Enqueue(fault);

            BybitException error = await Assert.ThrowsAsync<BybitException>(() => client.GetKlinesAsync(Requests.Of("AAAUSDT", "1m", "2024-01-01", "2024-01-01T01:00Z"), Token));

            Assert.Contains(part, error.Message, StringComparison.Ordinal);
            Assert.False(error.IsTransient);
            Assert.Equal(before + 1, exchange.Asked.Count);
        }
    }

    [Fact]
    public async Task What_does_not_answer_in_time_or_stops_in_the_middle_is_asked_again()
    {
        exchange.Add("linear", "1", Minutes("2024-01-01", 60));
        using BybitClient brisk = new(StandInExchange.Impatient(exchange.Address) with { RequestTimeout = TimeSpan.FromSeconds(1) });
        exchange.Faults.Enqueue(UntilAbortedAsync);
        exchange.Faults.Enqueue(async c =>
        {
            await c.Response.WriteAsync("{\"retCode\":0,\"result\":{\"list\":[[\"17040", Token);
            await c.Response.Body.FlushAsync(Token);
            await UntilAbortedAsync(c);
        });

        Klines? fetched = await brisk.GetKlinesAsync(Requests.Of("AAAUSDT", "1m", "2024-01-01", "2024-01-01T01:00Z"), Token);

        Assert.Equal((60, 3), (fetched?.Count, exchange.Asked.Count));

        static async Task UntilAbortedAsync(HttpContext context)
        {
            TaskCompletionSource aborted = new();
            await using CancellationTokenRegistration registration = context.RequestAborted.Register(aborted.SetResult);
            await aborted.Task;
        }
    }

    [Fact]
    public async Task Asks_through_the_proxy_it_is_given()
    {
        exchange.Add("linear", "1", Minutes("2024-01-01", 60));
        using BybitClient behind = new(StandInExchange.Impatient(new Uri("http://exchange.invalid")) with { Proxy = exchange.Address });

        Klines? fetched = await behind.GetKlinesAsync(Requests.Of("AAAUSDT", "1m", "2024-01-01", "2024-01-01T01:00Z"), Token);

        Assert.Equal(60, fetched?.Count);
    }

    [Fact]
    public async Task Gives_up_after_the_last_retry()
    {
        for (int i = 0; i < 20; i++)
            exchange.Faults.Enqueue(c => StandInExchange.RateLimitAsync(c));

        BybitException error = await Assert.ThrowsAsync<BybitException>(() => client.GetServerTimeAsync(Token));

        Assert.Equal((10006, true), (error.Code, error.IsTransient));
        Assert.Equal(6, exchange.Asked.Count);
    }

    [Theory]
    [InlineData(BybitPrice.Mark, "mark-price")]
    [InlineData(BybitPrice.Index, "index-price")]
    public async Task Fetches_bars_of_mark_and_index_prices_without_volume(BybitPrice price, string kind)
    {
        exchange.Add(kind, "1", Minutes("2024-01-01", 2_500));

        Klines? fetched = await client.GetKlinesAsync(Requests.Of("AAAUSDT", "1m", "2024-01-01", "2024-01-02") with { Price = price }, Token);
        BybitException spot = await Assert.ThrowsAsync<BybitException>(() => client.GetKlinesAsync(Requests.Of("AAAUSDT", "1m", "2024-01-01", "2024-01-02", KlineCategory.Spot) with { Price = price }, Token));

        Assert.Equal((1_440, 0.0, 1.0), (fetched!.Count, fetched.Volume[7], fetched.Close[7]));
        Assert.Contains("Ask for linear or inverse", spot.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetches_every_funding_payment_once_whatever_their_distance()
    {
        long time = Requests.Time("2023-01-01").ToUnixTimeMilliseconds();
        long[] times = [.. Enumerable.Range(0, 1_234).Select(i => time += (i % 500 < 250 ? 8 : 4) * 3_600_000L)];
        FundingRates rates = new(times, [.. times.Select((_, i) => (i - 600) / 1e7)]);
        exchange.Funding = ("AAAUSDT", rates);

        FundingRates all = await client.GetFundingAsync(KlineCategory.Linear, "AAAUSDT", Requests.Time("2020-01-01"), Requests.Time("2025-01-01"), Token);
        FundingRates part = await client.GetFundingAsync(
            KlineCategory.Linear, "AAAUSDT", DateTimeOffset.FromUnixTimeMilliseconds(times[100]), DateTimeOffset.FromUnixTimeMilliseconds(times[700]), Token);
        FundingRates none = await client.GetFundingAsync(KlineCategory.Linear, "AAAUSDT", Requests.Time("2020-01-01"), Requests.Time("2021-01-01"), Token);

        Assert.Equal((times, rates.Rates.ToArray()), (all.Times.ToArray(), all.Rates.ToArray()), (a, b) => a.Item1.SequenceEqual(b.Item1) && a.Item2.SequenceEqual(b.Item2));
        Assert.Equal(times[100..700], part.Times.ToArray());
        Assert.Equal(0, none.Count);
    }

    [Fact]
    public async Task Too_many_visits_hold_every_request_of_the_pacer_back()
    {
        RecordingPacer pacer = new();
        using BybitClient paced = new(StandInExchange.Impatient(exchange.Address), pacer: pacer);
        exchange.Faults.Enqueue(c => StandInExchange.RateLimitAsync(c));
        exchange.Faults.Enqueue(c => StandInExchange.RateLimitAsync(c, resetAt: DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
        exchange.Faults.Enqueue(c => StandInExchange.StatusAsync(c, 503));

        await paced.GetServerTimeAsync(Token);

        Assert.Equal(4, pacer.Waits);
        Assert.Equal([TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(20)], pacer.Holds);
    }

    private sealed class RecordingPacer : IRequestPacer
    {
        public int Waits { get; private set; }

        public List<TimeSpan> Holds { get; } = [];

        public Task WaitAsync(CancellationToken cancellationToken)
        {
            Waits++;
            return Task.CompletedTask;
        }

        public Task HoldAsync(TimeSpan span, CancellationToken cancellationToken)
        {
            Holds.Add(span);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Reads_instruments_of_contracts_and_spot()
    {
        BybitInstrument? linear = await client.GetInstrumentAsync(KlineCategory.Linear, "BTCUSDT", Token);
        BybitInstrument? spot = await client.GetInstrumentAsync(KlineCategory.Spot, "BTCUSDT", Token);
        BybitInstrument? none = await client.GetInstrumentAsync(KlineCategory.Linear, "NOSUCH", Token);

        Assert.Equal((0.1, 0.001, 0.001, 5.0), (linear!.TickSize, linear.QuantityStep, linear.MinQuantity, linear.MinNotional));
        Assert.Equal(Requests.Time("2020-03-30"), linear.LaunchTime);
        Assert.Equal((0.000001, 0.000011, 5.0), (spot!.QuantityStep, spot.MinQuantity, spot.MinNotional));
        Assert.Null(none);
    }

    [Fact]
    public async Task Says_within_the_time_given_whether_the_exchange_answers()
    {
        BybitReachability up = await client.CheckAsync(TimeSpan.FromSeconds(30), Token);
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        using BybitClient toSilence = new(StandInExchange.Impatient(new Uri($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}")));
        BybitReachability noAnswer = await toSilence.CheckAsync(TimeSpan.FromMilliseconds(200), Token);
        silent.Stop();
        BybitReachability refused = await toSilence.CheckAsync(TimeSpan.FromSeconds(30), Token);

        Assert.True(up.IsReachable);
        Assert.Equal((false, "127.0.0.1 did not answer within 0.2 s."), (noAnswer.IsReachable, noAnswer.Reason));
        Assert.False(refused.IsReachable);
        Assert.Contains("could not be reached", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whether_it_answers_is_remembered_for_half_a_minute()
    {
        FakeTimeProvider clock = new();
        using BybitClient asking = new(StandInExchange.Impatient(exchange.Address), clock);
        exchange.Faults.Enqueue(c => StandInExchange.StatusAsync(c, 403));

        BybitReachability first = await asking.CheckRecentlyAsync(Token), second = await asking.CheckRecentlyAsync(Token);
        int asked = exchange.Asked.Count;
        clock.Advance(TimeSpan.FromSeconds(31));
        BybitReachability later = await asking.CheckRecentlyAsync(Token);

        Assert.Equal((false, false, true), (first.IsReachable, second.IsReachable, later.IsReachable));
        Assert.Equal((1, 2), (asked, exchange.Asked.Count));
    }

    [Fact]
    public async Task As_a_source_it_has_nothing_where_it_cannot_be_asked_or_does_not_know_the_symbol()
    {
        exchange.Add("linear", "1", Minutes("2024-01-01", 60));
        BybitKlineSource source = new(client, new KlineCache(), TimeProvider.System);
        using BybitClient nowhere = new(StandInExchange.Impatient(new Uri("http://127.0.0.1:1")));

        KlineData known = await source.LoadAsync(Requests.Of("AAAUSDT", "1m", "2024-01-01", "2024-01-02"), Token);
        int asked = exchange.Asked.Count;
        KlineData again = await source.LoadAsync(Requests.Of("AAAUSDT", "1m", "2024-01-01", "2024-01-02"), Token);
        KlinesNotFoundException unknown = await Assert.ThrowsAsync<KlinesNotFoundException>(() => source.LoadAsync(Requests.All("NOSUCH", "1m"), Token));
        KlinesNotFoundException offline = await Assert.ThrowsAsync<KlinesNotFoundException>(
            () => new BybitKlineSource(nowhere, new KlineCache(), TimeProvider.System).LoadAsync(Requests.All("AAAUSDT", "1m"), Token));

        Assert.Equal(("Bybit", 60), (known.Source, known.Klines.Count));
        Assert.Same(known.Klines, again.Klines);
        Assert.Equal(asked + 1, exchange.Asked.Count);
        Assert.Contains("symbol invalid", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be asked", offline.Message, StringComparison.Ordinal);
    }

    private static async Task WriteAndAbortAsync(HttpContext context)
    {
        await context.Response.WriteAsync("{\"retCode\":0", Token);
        await context.Response.Body.FlushAsync(Token);
        context.Abort();
    }

    private static Klines Minutes(string from, int count, int minutes = 1)
    {
        double[] ones = [.. Enumerable.Repeat(1.0, count)];
        long first = Requests.Time(from).ToUnixTimeMilliseconds();
        return new Klines("AAAUSDT", [.. Enumerable.Range(0, count).Select(i => first + (i * 60_000L * minutes))], ones, ones, ones, ones, ones);
    }
}
