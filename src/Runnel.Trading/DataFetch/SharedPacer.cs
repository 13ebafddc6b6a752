using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Spaces requests over all workers of a queue, by turns that Redis hands out.</summary>
internal sealed class SharedPacer(RunnelClient client, BybitOptions options, TimeProvider time) : IRequestPacer
{
    private readonly SharedRate rate = client.Flow.GetSharedRate(
        "bybit", new RateLimit(options.RequestsPerSecond, TimeSpan.FromSeconds(1)) { Burst = Math.Min(BybitClient.Burst, options.RequestsPerSecond) }, time);

    public Task WaitAsync(CancellationToken cancellationToken) => rate.WaitAsync(cancellationToken);

    public Task HoldAsync(TimeSpan span, CancellationToken cancellationToken) => rate.HoldAsync(span, cancellationToken);
}
