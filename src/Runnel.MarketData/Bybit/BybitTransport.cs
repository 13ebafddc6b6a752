using System.Globalization;
using System.Net;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Runnel.MarketData;

/// <summary>Requests to the exchange: spaced, with a timeout, repeated where that may help.</summary>
internal sealed class BybitTransport : IDisposable
{
    private readonly BybitOptions options;
    private readonly HttpClient http;
    private readonly TimeProvider time;
    private readonly IRequestPacer pacer;
    private readonly ResiliencePipeline<BybitReply> retries;
    private readonly ResiliencePipeline<BybitReply> timeout;

    public BybitTransport(BybitOptions options, TimeProvider time, IRequestPacer pacer)
    {
        (this.options, this.time, this.pacer) = (options, time, pacer);
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
        retries = new ResiliencePipelineBuilder<BybitReply> { TimeProvider = time }
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
            .Build();
        timeout = new ResiliencePipelineBuilder<BybitReply> { TimeProvider = time }.AddTimeout(options.RequestTimeout).Build();
    }

    public void Dispose() => http.Dispose();

    /// <summary>Asks in its turn, again where that may help.</summary>
    public async Task<BybitReply> GetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await retries.ExecuteAsync(async token =>
            {
                await pacer.WaitAsync(token); // outside of the timeout: waiting for a turn is not the exchange's silence
                return await timeout.ExecuteAsync(async inner => await SendAsync(path, inner), token);
            }, cancellationToken);
        }
        catch (TimeoutRejectedException e)
        {
            throw new BybitException($"{options.BaseAddress.Host} did not answer {path} within {options.RequestTimeout.TotalSeconds:0.#} s, nor on any retry. "
                + "Check the network and Runnel:Trading:Bybit:BaseAddress.", transient: true, innerException: e);
        }
    }

    /// <summary>Asks once, out of turn.</summary>
    public async Task<BybitReply> SendAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            TimeSpan? retryAfter = RetryAfter(response);
            if (IsTooMuch(response) && retryAfter is { } hold)
                await pacer.HoldAsync(hold, cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
                throw BybitErrors.FromStatus(response.StatusCode, path, retryAfter);
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return BybitReply.Parse(body, path, retryAfter, time.GetUtcNow());
        }
        catch (BybitException e) when (e.Code == 10006)
        {
            await pacer.HoldAsync(e.RetryAfter ?? options.RetryDelay, cancellationToken); // not only this request: others would meet the same
            throw;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new BybitException($"{options.BaseAddress.Host} could not be reached: {e.Message.TrimEnd('.')}. Check the network, HTTPS_PROXY and Runnel:Trading:Bybit:BaseAddress.",
                transient: true, innerException: e);
        }
    }

    // Either it refused, or it answered and says that nothing is left of the limit.
    private static bool IsTooMuch(HttpResponseMessage response) => response.StatusCode == HttpStatusCode.TooManyRequests
        || (response.Headers.TryGetValues("X-Bapi-Limit-Status", out IEnumerable<string>? left) && left.First() == "0");

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
