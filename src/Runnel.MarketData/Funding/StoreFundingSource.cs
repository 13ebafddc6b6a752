using System.Collections.Concurrent;
using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>A store as a source of funding. Strict: a range that it does not hold whole counts as not there, so that no backtest misses payments in silence.
/// The last hour is not asked for.</summary>
/// <param name="store">The store.</param>
/// <param name="time">Tells which hours are over.</param>
public sealed class StoreFundingSource(FundingStore store, TimeProvider time) : IFundingSource
{
    private const int MostKept = 64; // of some 100 KB each
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<FundingRequest, (string Fingerprint, FundingData Data)> kept = new();

    /// <inheritdoc/>
    public string Name => $"store {store.Folder}";

    /// <inheritdoc/>
    public async Task<FundingData> LoadAsync(FundingRequest request, CancellationToken cancellationToken)
    {
        string fingerprint = store.Fingerprint(request.Series);
        if (kept.TryGetValue(request, out (string Fingerprint, FundingData Data) last) && last.Fingerprint == fingerprint)
            return last.Data; // the same object: those who compare settings see that nothing changed

        StoredFunding stored = await store.FindAsync(request.Series, cancellationToken)
            ?? throw new FundingNotFoundException($"The store {store.Folder} has no funding of {request.Series.Symbol} {request.Series.CategoryName}.");
        long over = FundingRequest.FloorHour((time.GetUtcNow() - Patience).ToUnixTimeMilliseconds());
        List<TimeRange> missing = TimeRanges.Subtract(request.Range with { To = Math.Min(request.Range.To, over) }, stored.Covered);
        if (missing.Count > 0)
            throw new FundingNotFoundException($"The store {store.Folder} has {request.Series} for {string.Join(", ", stored.Covered.Take(5))}, but not for {string.Join(", ", missing.Take(5))}.");

        FundingRates rates = await store.ReadAsync(request.Series, request.Range, cancellationToken);
        FundingData data = new(rates, $"store ({string.Join(", ", stored.Origins)})");
        if (kept.Count >= MostKept)
            kept.Clear();
        kept[request] = (fingerprint, data); // looked at after the fingerprint was taken: newer than that, never older
        return data;
    }
}
