namespace Runnel.MarketData;

/// <summary>Another fetch of the same series runs, in this process or another that shares the store's folder. Try again when it has ended: what it fetched
/// need not be fetched twice.</summary>
public sealed class FetchInProgressException : MarketDataException
{
    internal FetchInProgressException(string series, string folder)
        : base($"Another fetch of {series} into {folder} runs; wait for its end.")
    {
    }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
