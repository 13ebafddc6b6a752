namespace Runnel.MarketData;

/// <summary>Where funding payments come from. Safe to call from any number of threads.</summary>
public interface IFundingSource
{
    /// <summary>What to call it in messages.</summary>
    string Name { get; }

    /// <summary>Loads the payments of a range.</summary>
    /// <exception cref="FundingNotFoundException">It does not have them.</exception>
    /// <exception cref="MarketDataException">It has them but they cannot be read: damaged, refused, or not reachable.</exception>
    Task<FundingData> LoadAsync(FundingRequest request, CancellationToken cancellationToken);
}
