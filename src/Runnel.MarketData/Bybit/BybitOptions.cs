namespace Runnel.MarketData;

/// <summary>How the exchange's public market data is asked. No key is needed.</summary>
public sealed record BybitOptions
{
    /// <summary>Where the exchange is: main net, test net (https://api-testnet.bybit.com), a regional host or a mirror. Default: https://api.bybit.com.</summary>
    public Uri BaseAddress { get; set; } = new("https://api.bybit.com");

    /// <summary>An HTTP proxy on the way there. Default: none but what the environment sets (HTTPS_PROXY).</summary>
    public Uri? Proxy { get; set; }

    /// <summary>Longest wait for one reply. Default: 10 seconds.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a request is repeated after a fault that may pass (network, HTTP 429 and 5xx, codes 10000, 10006, 10016). Default: 5.</summary>
    public int MaxRetries { get; set; } = 5;

    /// <summary>Wait before the first repetition; it doubles with each, with random jitter. Default: 500 milliseconds.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest wait before a repetition, also where the exchange names a later moment. Default: 20 seconds.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Most requests a second; all workers of a queue share it. Default: 50, well under the exchange's 600 in 5 seconds for one address.</summary>
    public int RequestsPerSecond { get; set; } = 50;
}
