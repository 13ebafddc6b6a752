namespace Runnel.MarketData;

/// <summary>Sources in an order of preference: the first that has the payments of a request serves it alone.</summary>
/// <param name="sources">Most preferred first.</param>
public sealed class FundingSourceChain(IReadOnlyList<IFundingSource> sources) : IFundingSource
{
    /// <inheritdoc/>
    public string Name => sources.Count == 0 ? "no source" : string.Join(", then ", sources.Select(s => s.Name));

    /// <inheritdoc/>
    public async Task<FundingData> LoadAsync(FundingRequest request, CancellationToken cancellationToken)
    {
        List<string> reasons = [];
        foreach (IFundingSource source in sources)
        {
            try
            {
                return await source.LoadAsync(request, cancellationToken);
            }
            catch (FundingNotFoundException e)
            {
                reasons.Add(e.Message);
            }
        }

        throw new FundingNotFoundException($"There are no funding rates for {request}. {(reasons.Count == 0 ? "No source is set up." : string.Join(' ', reasons))}");
    }
}
