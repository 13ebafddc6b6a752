using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>The exchange's public market data, version 5 of its REST interface. Faults that may pass are repeated with growing, jittered
/// waits; everything else is a <see cref="BybitException"/> at once that says what to do. Safe for any number of threads; one per process is enough.</summary>
public sealed class BybitClient : IDisposable
{
    /// <summary>Most rows that one reply holds.</summary>
    internal const int MostRows = 1_000;

    /// <summary>Most funding payments that one reply holds.</summary>
    private const int MostPayments = 200;

    /// <summary>Requests that may go out at once after a quiet time.</summary>
    public const int Burst = 10;

    private static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(3), VerdictHolds = TimeSpan.FromSeconds(30);
    private readonly BybitOptions options;
    private readonly TimeProvider time;
    private readonly Lazy<BybitTransport> transport; // a worker whose klines are all in its store never asks, and need not load HTTP
    private volatile Verdict? verdict;

    /// <summary>Makes the client; nothing is sent yet.</summary>
    /// <param name="options">Address, limits and waits.</param>
    /// <param name="time">The clock of waits and timeouts. Default: the system's.</param>
    /// <param name="pacer">Spaces requests. Default: <see cref="BybitOptions.RequestsPerSecond"/> for this client alone.</param>
    public BybitClient(BybitOptions options, TimeProvider? time = null, IRequestPacer? pacer = null)
    {
        this.options = options;
        this.time = time ?? TimeProvider.System;
        IRequestPacer spacing = pacer ?? new LocalPacer(Math.Max(1, options.RequestsPerSecond), Burst, this.time);
        transport = new Lazy<BybitTransport>(() => new BybitTransport(options, this.time, spacing));
    }

    /// <summary>All closed bars, oldest first; the one still open is left out.</summary>
    /// <returns>Null where the exchange has no closed bar in the range.</returns>
    /// <exception cref="BybitException">It refused (spot has no mark and index prices), or could not be reached after the retries.</exception>
    public async Task<Klines?> GetKlinesAsync(KlineRequest request, CancellationToken cancellationToken)
    {
        KlineInterval interval = request.Interval;
        long end = request.To.ToUnixTimeMilliseconds();
        KlineColumns bars = new();
        bool soughtFirst = false;
        for (long start = interval.Ceiling(request.From.ToUnixTimeMilliseconds()); start < end;)
        {
            long last = Math.Min(interval.Add(start, MostRows - 1), interval.Floor(end - 1));
            (long clock, bool any) = await AddWindowAsync(request, start, last, bars, cancellationToken);
            if (last >= clock)
                break;
            start = interval.Add(last, 1);
            if (!any && bars.Count == 0 && !soughtFirst && interval.Length < TimeSpan.FromDays(1))
            {
                soughtFirst = true; // a thousand empty minutes at a time up to a listing years later would be thousands of requests
                start = Math.Max(start, interval.Ceiling(await FirstDayAsync(request, start, cancellationToken) ?? end));
            }
        }

        try
        {
            return bars.Count == 0 ? null : bars.ToKlines(request.Symbol);
        }
        catch (ArgumentException e)
        {
            throw new BybitException($"Bybit's bars for {request} cannot be: {e.Message}", transient: false, innerException: e);
        }
    }

    /// <summary>The exchange's clock.</summary>
    public async Task<DateTimeOffset> GetServerTimeAsync(CancellationToken cancellationToken) =>
        DateTimeOffset.FromUnixTimeMilliseconds((await GetAsync("/v5/market/time", cancellationToken)).Time);

    /// <summary>Steps and minima of an instrument's orders.</summary>
    /// <returns>Null where the exchange lists no such symbol.</returns>
    public async Task<BybitInstrument?> GetInstrumentAsync(KlineCategory category, string symbol, CancellationToken cancellationToken)
    {
        string path = $"/v5/market/instruments-info?category={category.ToString().ToLowerInvariant()}&symbol={Uri.EscapeDataString(symbol)}";
        BybitReply reply = await GetAsync(path, cancellationToken);
        if (!reply.Result.TryGetProperty("list", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
            throw BybitReply.Unexpected(path, "it has no list");
        return list.GetArrayLength() == 0 ? null : BybitInstruments.Read(list[0], category, path);
    }

    /// <summary>Funding payments of a contract, oldest first. Asked for backwards by their end, which is the one form that the documents define for more
    /// payments than a reply holds (200); how far apart they are differs by symbol and time.</summary>
    /// <param name="category">Linear or inverse.</param>
    /// <param name="symbol">Instrument.</param>
    /// <param name="from">First moment of a payment wanted (inclusive).</param>
    /// <param name="to">First moment that is too late (exclusive).</param>
    /// <param name="cancellationToken">Ends it between two requests.</param>
    /// <returns>None where there was none.</returns>
    /// <exception cref="BybitException">It refused, or could not be reached after the retries.</exception>
    public async Task<FundingRates> GetFundingAsync(KlineCategory category, string symbol, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        if (category == KlineCategory.Spot)
            throw new BybitException($"Spot pays no funding, and {symbol} was asked for as spot. Ask for linear or inverse.", transient: false);
        SortedDictionary<long, double> payments = [];
        long first = from.ToUnixTimeMilliseconds();
        for (long end = to.ToUnixTimeMilliseconds() - 1; end >= first;)
        {
            string path = string.Create(CultureInfo.InvariantCulture,
                $"/v5/market/funding/history?category={category.ToString().ToLowerInvariant()}&symbol={Uri.EscapeDataString(symbol)}&endTime={end}&limit={MostPayments}");
            List<(long Time, double Rate)> page = (await GetAsync(path, cancellationToken)).Funding(path);
            foreach ((long time, double rate) in page.Where(p => p.Time >= first && p.Time <= end))
                payments[time] = rate;
            long oldest = page.Count == 0 ? first : page.Min(p => p.Time);
            end = oldest <= end ? oldest - 1 : first - 1; // else it does not heed the end: no use to go on
        }

        return new FundingRates([.. payments.Keys], [.. payments.Values]);
    }

    /// <summary>Asks the exchange for its time, once, without retries.</summary>
    /// <param name="timeout">Longest wait; then it counts as not reachable.</param>
    /// <param name="cancellationToken">Ends the wait early, with an <see cref="OperationCanceledException"/>.</param>
    public async Task<BybitReachability> CheckAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        string host = options.BaseAddress.Host;
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await transport.Value.SendAsync("/v5/market/time", enough.Token).WaitAsync(timeout, time, cancellationToken);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
            return new BybitReachability(true, string.Create(CultureInfo.InvariantCulture, $"{host} answered in {elapsed.TotalMilliseconds:0} ms."), elapsed);
        }
        catch (TimeoutException)
        {
            await enough.CancelAsync();
            return new BybitReachability(false, string.Create(CultureInfo.InvariantCulture, $"{host} did not answer within {timeout.TotalSeconds:0.#} s."), Stopwatch.GetElapsedTime(started));
        }
        catch (BybitException e)
        {
            return new BybitReachability(false, e.Message, Stopwatch.GetElapsedTime(started));
        }
    }

    /// <summary>The same within three seconds, remembered for half a minute: a machine without a network does not wait for each task anew.</summary>
    /// <param name="cancellationToken">Ends the wait early.</param>
    public async Task<BybitReachability> CheckRecentlyAsync(CancellationToken cancellationToken)
    {
        Verdict? last = verdict;
        if (last is null || time.GetElapsedTime(last.Since) > VerdictHolds)
            verdict = last = new Verdict(await CheckAsync(LongestCheck, cancellationToken), time.GetTimestamp());
        return last.Found;
    }

    /// <summary>Closes its connections.</summary>
    public void Dispose()
    {
        if (transport.IsValueCreated)
            transport.Value.Dispose();
    }

    /// <summary>Asks for one window of at most as many bars as a reply holds: then it does not matter which side the exchange cuts when there
    /// are more, which its documents leave open. Rows outside the window (it floors the start) are dropped.</summary>
    /// <param name="request">Symbol, category and interval; its range is not looked at.</param>
    /// <param name="first">Open time of the first bar wanted, Unix milliseconds.</param>
    /// <param name="last">Open time of the last bar wanted, at most <see cref="MostRows"/> - 1 bars later.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    internal async Task<BybitWindow> GetWindowAsync(KlineRequest request, long first, long last, CancellationToken cancellationToken)
    {
        string path = KlinesPath(request, request.Interval, first, last);
        BybitReply reply = await GetAsync(path, cancellationToken);
        RequireSymbol(reply, request, path);
        List<(long Time, double[] Row)> rows = reply.Klines(path, HasVolume(request));
        return new BybitWindow(reply.Time, rows.Count > 0,
            [.. rows.Where(r => r.Time >= first && r.Time <= last).OrderBy(r => r.Time).DistinctBy(r => r.Time)]); // they come newest first
    }

    /// <summary>The open time of the first daily bar that exists from a moment on, or null: bars of every length begin on that day.</summary>
    internal Task<long?> FindListingAsync(KlineRequest request, long from, CancellationToken cancellationToken) => FirstDayAsync(request, from, cancellationToken);

    private async Task<(long Clock, bool Any)> AddWindowAsync(KlineRequest request, long start, long last, KlineColumns bars, CancellationToken cancellationToken)
    {
        BybitWindow window = await GetWindowAsync(request, start, last, cancellationToken);
        foreach ((long open, double[] row) in window.Rows)
        {
            if (request.Interval.Add(open, 1) <= window.Clock) // the one still open is left out
                bars.Add(open, row);
        }

        return (window.Clock, window.AnyRow);
    }

    // A mirror or proxy that answers for another market must not fill this one's series.
    private static void RequireSymbol(BybitReply reply, KlineRequest request, string path)
    {
        if (reply.Result.TryGetProperty("symbol", out JsonElement symbol) && symbol.ToString() is { Length: > 0 } given && !given.Equals(request.Symbol, StringComparison.OrdinalIgnoreCase))
            throw BybitReply.Unexpected(path, $"it is about {given}, not {request.Symbol}");
    }

    private async Task<long?> FirstDayAsync(KlineRequest request, long from, CancellationToken cancellationToken)
    {
        KlineInterval day = KlineInterval.OneDay;
        long end = request.To.ToUnixTimeMilliseconds();
        for (long start = day.Floor(from); start < end; start = day.Add(start, MostRows))
        {
            long last = day.Add(start, MostRows - 1);
            string path = KlinesPath(request, day, start, last);
            BybitReply reply = await GetAsync(path, cancellationToken);
            List<(long Time, double[] Row)> rows = reply.Klines(path, HasVolume(request));
            if (rows.Count == 0) // an empty reply by mistake would pass for years without the symbol: asked twice
                rows = (await GetAsync(path, cancellationToken)).Klines(path, HasVolume(request));
            if (rows.Count > 0)
                return rows.Min(r => r.Time);
            if (last >= reply.Time)
                return null;
        }

        return null;
    }

    private static bool HasVolume(KlineRequest request) => request.Price == BybitPrice.Traded;

    private static string KlinesPath(KlineRequest request, KlineInterval interval, long start, long last)
    {
        if (request.Price != BybitPrice.Traded && request.Category == KlineCategory.Spot)
            throw new BybitException($"Spot has no {request.Price.ToString().ToLowerInvariant()} price, and {request} is spot. Ask for linear or inverse.", transient: false);
        string kind = request.Price switch
        {
            BybitPrice.Mark => "mark-price-kline",
            BybitPrice.Index => "index-price-kline",
            _ => "kline",
        };
        return string.Create(CultureInfo.InvariantCulture, $"/v5/market/{kind}?category={request.CategoryName}&symbol={Uri.EscapeDataString(request.Symbol)}"
            + $"&interval={interval.Code}&start={start}&end={last}&limit={MostRows}");
    }

    private Task<BybitReply> GetAsync(string path, CancellationToken cancellationToken) => transport.Value.GetAsync(path, cancellationToken);

    private sealed record Verdict(BybitReachability Found, long Since);
}
