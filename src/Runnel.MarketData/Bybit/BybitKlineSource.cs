using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>The exchange as a source. Where it does not answer within three seconds it counts as having nothing, so that a machine without
/// a network is told at once what else there is; that verdict holds for half a minute.</summary>
/// <param name="client">The exchange.</param>
/// <param name="cache">Keeps ranges that are over and so will not change.</param>
/// <param name="time">The clock of the verdict.</param>
public sealed class BybitKlineSource(BybitClient client, KlineCache cache, TimeProvider time) : IKlineSource
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan VerdictHolds = TimeSpan.FromSeconds(30);
    private volatile Verdict? verdict;

    /// <inheritdoc/>
    public string Name => "Bybit";

    /// <inheritdoc/>
    public async Task<KlineData> LoadAsync(KlineRequest request, CancellationToken cancellationToken)
    {
        string key = $"bybit|{request.CategoryName}|{request.Symbol}|{request.Interval}|{request.From.ToUnixTimeMilliseconds()}|{request.To.ToUnixTimeMilliseconds()}";
        Klines? klines = cache.Find(key);
        if (klines is null)
        {
            await RequireReachableAsync(cancellationToken);
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

    private async Task RequireReachableAsync(CancellationToken cancellationToken)
    {
        Verdict? last = verdict;
        if (last is null || time.GetElapsedTime(last.Since) > VerdictHolds)
        {
            BybitReachability found = await client.CheckAsync(LongestWait, cancellationToken);
            verdict = last = new Verdict(found, time.GetTimestamp());
        }

        if (!last.Found.IsReachable)
            throw new KlinesNotFoundException($"Bybit cannot be asked: {last.Found.Reason}");
    }

    private sealed record Verdict(BybitReachability Found, long Since);
}
