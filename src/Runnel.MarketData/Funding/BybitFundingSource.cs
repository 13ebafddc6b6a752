namespace Runnel.MarketData;

/// <summary>The exchange as a source of funding. Where it does not answer within three seconds it counts as having nothing, for half a minute.</summary>
/// <param name="client">The exchange.</param>
public sealed class BybitFundingSource(BybitClient client) : IFundingSource
{
    /// <inheritdoc/>
    public string Name => "Bybit";

    /// <inheritdoc/>
    public async Task<FundingData> LoadAsync(FundingRequest request, CancellationToken cancellationToken)
    {
        if (await client.CheckRecentlyAsync(cancellationToken) is { IsReachable: false } found)
            throw new FundingNotFoundException($"Bybit cannot be asked: {found.Reason}");
        try
        {
            return new FundingData(await client.GetFundingAsync(request.Series.Category, request.Series.Symbol, request.From, request.To, cancellationToken), Name);
        }
        catch (BybitException e) when (e.Code is 10001 or 10029)
        {
            throw new FundingNotFoundException(e.Message);
        }
    }
}
