using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Runnel.Backtesting;
using HttpResults = Microsoft.AspNetCore.Http.Results;

namespace Runnel.MarketData.Tests.Bybit;

/// <summary>Speaks the exchange's documented contract over real HTTP on a loopback port, serving klines it was given: rows of strings, newest
/// first; start floored to its candle, end inclusive; limit 200 unless told, at most 1000; the candle that holds its clock is still open.</summary>
internal sealed class StandInExchange : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Dictionary<(string Category, string Symbol, string Interval), Klines> markets = [];

    private readonly Lock gate = new();
    private long second;
    private int answered, refused;

    private StandInExchange(WebApplication app) => this.app = app;

    /// <summary>Its clock, Unix milliseconds.</summary>
    public long Clock { get; set; } = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>Which side is cut where more rows match than the limit: the documents leave it open.</summary>
    public bool CutsNewest { get; set; }

    /// <summary>Requests that it answers in a second, told in its headers; more are refused with 10006. Null: any number, and no such headers.</summary>
    public int? PerSecond { get; set; }

    /// <summary>How many requests it refused for that.</summary>
    public int Refused => refused;

    /// <summary>What happens to the next requests instead of an answer, one each.</summary>
    public ConcurrentQueue<Func<HttpContext, Task>> Faults { get; } = new();

    /// <summary>The symbol that its answers name, where that is not the one asked for.</summary>
    public string? AnswersAbout { get; set; }

    /// <summary>Of an order of the linear instruments.</summary>
    public string LeastQuantity { get; set; } = "0.001";

    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>When each request came, in ticks of a monotonic clock.</summary>
    public ConcurrentQueue<long> AskedAt { get; } = new();

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<StandInExchange> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        StandInExchange exchange = new(builder.Build());
        exchange.app.Use(exchange.FailIfToldAsync);
        exchange.app.MapGet("/v5/market/kline", exchange.Kline);
        exchange.app.MapGet("/v5/market/mark-price-kline", exchange.PriceKline);
        exchange.app.MapGet("/v5/market/index-price-kline", exchange.PriceKline);
        exchange.app.MapGet("/v5/market/funding/history", exchange.FundingHistory);
        exchange.app.MapGet("/v5/market/time", () => exchange.Reply(new { timeSecond = (exchange.Clock / 1000).ToString(CultureInfo.InvariantCulture) }));
        exchange.app.MapGet("/v5/market/instruments-info", exchange.Instruments);
        await exchange.app.StartAsync();
        return exchange;
    }

    public static BybitOptions Impatient(Uri address) => new()
    {
        BaseAddress = address,
        RetryDelay = TimeSpan.FromMilliseconds(1),
        MaxRetryDelay = TimeSpan.FromMilliseconds(20),
    };

    public void Add(string category, string interval, Klines klines) => markets[(category, klines.Symbol, interval)] = klines;

    /// <summary>Rates of one contract, linear.</summary>
    public (string Symbol, FundingRates Rates)? Funding { get; set; }

    /// <summary>No fault: the request is answered.</summary>
    public static Task PassAsync(HttpContext context) => throw new InvalidOperationException("It is told apart before it is called.");

    public static Task RateLimitAsync(HttpContext context, long? resetAt = null)
    {
        if (resetAt is not null)
            context.Response.Headers["X-Bapi-Limit-Reset-Timestamp"] = resetAt.Value.ToString(CultureInfo.InvariantCulture);
        return context.Response.WriteAsJsonAsync(new { retCode = 10006, retMsg = "Too many visits!", result = new { }, retExtInfo = new { }, time = 0 });
    }

    public static Task CodeAsync(HttpContext context, int code, string message) =>
        context.Response.WriteAsJsonAsync(new { retCode = code, retMsg = message, result = new { }, retExtInfo = new { }, time = 0 });

    public static Task StatusAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync("no");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task FailIfToldAsync(HttpContext context, RequestDelegate next)
    {
        AskedAt.Enqueue(TimeProvider.System.GetTimestamp());
        Asked.Enqueue(context.Request.Path + context.Request.QueryString.Value);
        if (Faults.TryDequeue(out Func<HttpContext, Task>? fault) && fault != PassAsync)
            await fault(context);
        else if (PerSecond is not { } most || await CountAsync(context, most))
            await next(context);
    }

    // By the real clock: that is what clients wait by.
    private async Task<bool> CountAsync(HttpContext context, int most)
    {
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        int left;
        lock (gate)
        {
            if (now / 1000 != second)
                (second, answered) = (now / 1000, 0);
            left = most - ++answered;
        }

        context.Response.Headers["X-Bapi-Limit"] = most.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["X-Bapi-Limit-Status"] = Math.Max(0, left).ToString(CultureInfo.InvariantCulture);
        if (left >= 0)
        {
            context.Response.Headers["X-Bapi-Limit-Reset-Timestamp"] = now.ToString(CultureInfo.InvariantCulture);
            return true;
        }

        Interlocked.Increment(ref refused);
        await RateLimitAsync(context, resetAt: ((now / 1000) + 1) * 1000);
        return false;
    }

    /// <summary>Bars of another price: kept under the category <c>mark-price</c> or <c>index-price</c>; rows of five.</summary>
    private IResult PriceKline(HttpContext context, string symbol, string interval, long? start = null, long? end = null, int limit = 200) =>
        Kline(symbol, interval, context.Request.Path.Value!["/v5/market/".Length..^"-kline".Length], start, end, limit);

    private IResult FundingHistory(string symbol, string category = "linear", long? startTime = null, long? endTime = null, int limit = 200)
    {
        if (limit is < 1 or > 200 || (startTime is not null && endTime is null) || Funding?.Symbol != symbol)
            return HttpResults.Json(new { retCode = 10001, retMsg = "params error", result = new { }, retExtInfo = new { }, time = Clock });
        FundingRates rates = Funding.Value.Rates;
        IEnumerable<object> list = Enumerable.Range(0, rates.Count).Reverse()
            .Where(i => rates.Times[i] <= (endTime ?? long.MaxValue) && rates.Times[i] >= (startTime ?? 0)).Take(limit)
            .Select(i => new { symbol, fundingRate = rates.Rates[i].ToString(CultureInfo.InvariantCulture), fundingRateTimestamp = rates.Times[i].ToString(CultureInfo.InvariantCulture) });
        return Reply(new { category, list });
    }

    private IResult Kline(string symbol, string interval, string category = "linear", long? start = null, long? end = null, int limit = 200)
    {
        if (limit is < 1 or > 1000 || !KlineInterval.All.Any(i => i.Code == interval))
            return HttpResults.Json(new { retCode = 10001, retMsg = "params error", result = new { }, retExtInfo = new { }, time = Clock });
        if (!markets.Keys.Any(m => m.Category == category && m.Symbol == symbol))
            return HttpResults.Json(new { retCode = 10001, retMsg = "params error: symbol invalid", result = new { }, retExtInfo = new { }, time = Clock });

        List<string[]> rows = [];
        if (markets.TryGetValue((category, symbol, interval), out Klines? klines))
        {
            long from = start is null ? long.MinValue : KlineInterval.Parse(interval).Floor(start.Value);
            int first = klines.OpenTimes.BinarySearch(from);
            for (int i = first < 0 ? ~first : first; i < klines.Count && klines.OpenTimes[i] <= (end ?? long.MaxValue); i++)
            {
                if (klines.OpenTimes[i] >= from && klines.OpenTimes[i] <= (end ?? long.MaxValue) && klines.OpenTimes[i] <= Clock)
                    rows.Add([.. new[] { klines.OpenTimes[i], klines.Open[i], klines.High[i], klines.Low[i], klines.Close[i], klines.Volume[i], 1 }.Select(v => v.ToString(CultureInfo.InvariantCulture))]);
            }
        }

        rows = CutsNewest ? [.. rows.Take(limit)] : [.. rows.TakeLast(limit)];
        rows.Reverse();
        if (category.EndsWith("-price", StringComparison.Ordinal))
            rows = [.. rows.Select(r => r[..5])];
        return Reply(new { category, symbol = AnswersAbout ?? symbol, list = rows });
    }

    private IResult Instruments(string category, string symbol)
    {
        (string Tick, string Step)? steps = symbol switch { "BTCUSDT" => ("0.10", "0.001"), "ETHUSDT" => ("0.01", "0.01"), _ => null };
        object[] linear = category == "linear" && steps is { } of
            ? [new
            {
                symbol, status = "Trading", launchTime = "1585526400000",
                priceFilter = new { tickSize = of.Tick },
                lotSizeFilter = new { qtyStep = of.Step, minOrderQty = LeastQuantity, minNotionalValue = "5" },
            }]
            : [];
        object[] spot = category == "spot" && symbol == "BTCUSDT"
            ? [new
            {
                symbol, status = "Trading",
                priceFilter = new { tickSize = "0.01" },
                lotSizeFilter = new { basePrecision = "0.000001", minOrderQty = "0.000011", minOrderAmt = "5" },
            }]
            : [];
        return Reply(new { category, list = linear.Concat(spot) });
    }

    private IResult Reply(object result) => HttpResults.Json(new { retCode = 0, retMsg = "OK", result, retExtInfo = new { }, time = Clock });
}
