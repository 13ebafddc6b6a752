namespace Runnel.MarketData;

/// <summary>Sources in an order of preference: the first that has any bar of a request serves it alone, so that no series is stitched
/// together from two origins.</summary>
/// <param name="sources">Most preferred first.</param>
public sealed class KlineSourceChain(IReadOnlyList<IKlineSource> sources) : IKlineSource
{
    /// <inheritdoc/>
    public string Name => sources.Count == 0 ? "no source" : string.Join(", then ", sources.Select(s => s.Name));

    /// <inheritdoc/>
    public async Task<KlineData> LoadAsync(KlineRequest request, CancellationToken cancellationToken)
    {
        List<string> reasons = [];
        KlinesMissing closest = KlinesMissing.Symbol;
        foreach (IKlineSource source in sources)
        {
            try
            {
                return await source.LoadAsync(request, cancellationToken);
            }
            catch (KlinesNotFoundException e)
            {
                reasons.Add(e.Message);
                closest = e.Missing > closest ? e.Missing : closest;
            }
        }

        throw new KlinesNotFoundException(reasons.Count == 0
            ? $"There are no klines for {request}: no source is set up."
            : $"There are no klines for {request}. {string.Join(' ', reasons)}", closest);
    }
}
