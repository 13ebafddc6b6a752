using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>The exchange as a source. Where it does not answer within three seconds it counts as having nothing, so that a machine without
/// a network is told at once what else there is; that verdict holds for half a minute.</summary>
/// <param name="client">The exchange.</param>
/// <param name="cache">Keeps ranges that are over and so will not change.</param>
/// <param name="time">Tells which ranges are over.</param>
public sealed class BybitKlineSource(BybitClient client, KlineCache cache, TimeProvider time) : IKlineSource
{
    /// <inheritdoc/>
    public string Name => "Bybit";

    /// <inheritdoc/>
    public async Task<KlineData> LoadAsync(KlineRequest request, CancellationToken cancellationToken)
    {
        string key = $"bybit|{request.Price}|{request.CategoryName}|{request.Symbol}|{request.Interval}|{request.From.ToUnixTimeMilliseconds()}|{request.To.ToUnixTimeMilliseconds()}";
        Klines? klines = cache.Find(key);
        if (klines is null)
        {
            if (await client.CheckRecentlyAsync(cancellationToken) is { IsReachable: false } found)
                throw new KlinesNotFoundException($"Bybit cannot be asked: {found.Reason}");
            DateTimeOffset asked = time.GetUtcNow();
            klines = await FetchAsync(request, cancellationToken);
            if (request.To < asked - TimeSpan.FromDays(1)) // a day: our clock may be wrong, and late corrections of the last bars are possible
                cache.GetOrLoad(key, () => klines);
        }

        return new KlineData { Klines = klines, Interval = request.Interval, Source = Name };
    }

    private async Task<Klines> FetchAsync(KlineRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetKlinesAsync(request, cancellationToken)
                ?? throw new KlinesNotFoundException($"Bybit has no closed bar of {request}.", KlinesMissing.Range);
        }
        catch (BybitException e) when (e.Code is 10001 or 10029)
        {
            throw new KlinesNotFoundException(e.Message);
        }
    }
}
