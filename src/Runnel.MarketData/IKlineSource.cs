namespace Runnel.MarketData;

/// <summary>Somewhere that bars come from. All members may be called from several threads at once.</summary>
public interface IKlineSource
{
    /// <summary>What it is, for error messages: <c>folder /data/klines</c>.</summary>
    string Name { get; }

    /// <summary>Loads the bars of a request that this source has. Bars that it lacks at either end or in between are left out.</summary>
    /// <returns>At least one bar, all within the request.</returns>
    /// <exception cref="KlinesNotFoundException">It has none of them; the message says what it does have.</exception>
    /// <exception cref="MarketDataException">It has them but they cannot be read: damaged, refused, or not reachable.</exception>
    Task<KlineData> LoadAsync(KlineRequest request, CancellationToken cancellationToken);
}
