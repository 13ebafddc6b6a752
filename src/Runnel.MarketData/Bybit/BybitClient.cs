using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>The exchange's public market data, version 5 of its REST interface. Faults that may pass are repeated with growing, jittered
/// waits; everything else is a <see cref="BybitException"/> at once that says what to do. Safe for any number of threads; one per process is enough.</summary>
public sealed class BybitClient : IDisposable
{
    /// <summary>Most rows that one reply holds.</summary>
    private const int MostRows = 1_000;

    private readonly BybitOptions options;
    private readonly HttpClient http;
    private readonly TimeProvider time;
    private readonly ResiliencePipeline<BybitReply> pipeline;

    /// <summary>Makes the client; nothing is sent yet.</summary>
    /// <param name="options">Address, limits and waits.</param>
    /// <param name="time">The clock of waits and timeouts. Default: the system's.</param>
    public BybitClient(BybitOptions options, TimeProvider? time = null)
    {
        this.options = options;
        this.time = time ?? TimeProvider.System;
        SocketsHttpHandler handler = new()
        {
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = options.RequestTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // follows a change of the host's addresses
        };
        if (options.Proxy is not null)
            handler.Proxy = new WebProxy(options.Proxy);
        http = new HttpClient(handler) { BaseAddress = options.BaseAddress, Timeout = Timeout.InfiniteTimeSpan }; // the pipeline has the timeout
        http.DefaultRequestHeaders.UserAgent.ParseAdd("Runnel");
        pipeline = new ResiliencePipelineBuilder<BybitReply> { TimeProvider = this.time }
            .AddRetry(new RetryStrategyOptions<BybitReply>
            {
                MaxRetryAttempts = Math.Max(1, options.MaxRetries),
                Delay = options.RetryDelay,
                MaxDelay = options.MaxRetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = a => ValueTask.FromResult(options.MaxRetries > 0 && a.Outcome.Exception is BybitException { IsTransient: true } or TimeoutRejectedException),
                DelayGenerator = a => ValueTask.FromResult((a.Outcome.Exception as BybitException)?.RetryAfter), // null: the backoff above
            })
            .AddTimeout(options.RequestTimeout)
            .Build();
    }

    /// <summary>All closed bars of a request, oldest first; the one still open is left out.</summary>
    /// <returns>Null where the exchange has no closed bar in the range.</returns>
    /// <exception cref="BybitException">It refused, or could not be reached after the retries.</exception>
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
            await SendAsync("/v5/market/time", enough.Token).WaitAsync(timeout, time, cancellationToken);
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

    /// <summary>Closes its connections.</summary>
    public void Dispose() => http.Dispose();

    /// <summary>Asks for one window of at most as many bars as a reply holds: then it does not matter which side the exchange cuts when there
    /// are more, which its documents leave open. Rows outside the window (it floors the start) and the bar still open are dropped.</summary>
    private async Task<(long Clock, bool Any)> AddWindowAsync(KlineRequest request, long start, long last, KlineColumns bars, CancellationToken cancellationToken)
    {
        string path = KlinesPath(request, request.Interval, start, last);
        BybitReply reply = await GetAsync(path, cancellationToken);
        List<(long Time, double[] Row)> rows = reply.Klines(path);
        rows.Sort((a, b) => a.Time.CompareTo(b.Time)); // they come newest first
        foreach ((long open, double[] row) in rows)
        {
            bool isNew = bars.Count == 0 || open > bars.LastTime;
            if (isNew && open >= start && open <= last && request.Interval.Add(open, 1) <= reply.Time)
                bars.Add(open, row);
        }

        return (reply.Time, rows.Count > 0);
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
            List<(long Time, double[] Row)> rows = reply.Klines(path);
            if (rows.Count > 0)
                return rows.Min(r => r.Time);
            if (last >= reply.Time)
                return null;
        }

        return null;
    }

    private static string KlinesPath(KlineRequest request, KlineInterval interval, long start, long last) =>
        string.Create(CultureInfo.InvariantCulture, $"/v5/market/kline?category={request.CategoryName}&symbol={Uri.EscapeDataString(request.Symbol)}"
            + $"&interval={interval.Code}&start={start}&end={last}&limit={MostRows}");

    private async Task<BybitReply> GetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await pipeline.ExecuteAsync(async token => await SendAsync(path, token), cancellationToken);
        }
        catch (TimeoutRejectedException e)
        {
            throw new BybitException($"{options.BaseAddress.Host} did not answer {path} within {options.RequestTimeout.TotalSeconds:0.#} s, nor on any retry. "
                + "Check the network and Runnel:Trading:Bybit:BaseAddress.", transient: true, innerException: e);
        }
    }

    private async Task<BybitReply> SendAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            TimeSpan? retryAfter = RetryAfter(response);
            if (response.StatusCode != HttpStatusCode.OK)
                throw BybitErrors.FromStatus(response.StatusCode, path, retryAfter);
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return BybitReply.Parse(body, path, retryAfter, time.GetUtcNow());
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new BybitException($"{options.BaseAddress.Host} could not be reached: {e.Message} Check the network, HTTPS_PROXY and Runnel:Trading:Bybit:BaseAddress.",
                transient: true, innerException: e);
        }
    }

    // Where the exchange says when its limit is open again, wait until then; kline calls without a key may not be told.
    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        TimeSpan? wait = null;
        if (response.Headers.RetryAfter?.Delta is TimeSpan delta)
            wait = delta;
        else if (response.Headers.TryGetValues("X-Bapi-Limit-Reset-Timestamp", out IEnumerable<string>? values)
            && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out long reset))
            wait = TimeSpan.FromMilliseconds(reset - time.GetUtcNow().ToUnixTimeMilliseconds());
        return wait is { } given && given > TimeSpan.Zero ? (given < options.MaxRetryDelay ? given : options.MaxRetryDelay) : null;
    }
}
