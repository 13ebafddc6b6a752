namespace Runnel.MarketData;

/// <summary>The funding payments of one contract in a store.</summary>
public sealed record FundingSeries
{
    /// <summary>Names a series.</summary>
    /// <param name="category">Linear or inverse.</param>
    /// <param name="symbol">Instrument, as of a <see cref="KlineSeries"/>.</param>
    /// <exception cref="MarketDataException">Spot pays no funding, or the symbol cannot be a folder's name.</exception>
    public FundingSeries(KlineCategory category, string symbol)
    {
        if (category == KlineCategory.Spot)
            throw new MarketDataException($"Spot pays no funding, and {symbol} was asked for as spot. Ask for linear or inverse.");
        (Category, Symbol) = (category, StoreFolders.RequireSymbol(symbol));
    }

    /// <summary>Kind of market.</summary>
    public KlineCategory Category { get; }

    /// <summary>Instrument in upper case.</summary>
    public string Symbol { get; }

    internal string CategoryName => Category.ToString().ToLowerInvariant();

    /// <summary>For messages: <c>BTCUSDT funding linear</c>.</summary>
    public override string ToString() => $"{Symbol} funding {CategoryName}";
}
