namespace Runnel.MarketData;

/// <summary>One series of bars in a store: a market, a symbol and the length of a bar.</summary>
public sealed record KlineSeries
{
    /// <summary>Names a series.</summary>
    /// <param name="category">Kind of market.</param>
    /// <param name="symbol">Instrument; letters, digits, <c>-</c>, <c>_</c> and inner <c>.</c>, at most 64. Kept in upper case.</param>
    /// <param name="interval">Length of a bar.</param>
    /// <exception cref="MarketDataException">The symbol holds anything else: it becomes a folder's name.</exception>
    public KlineSeries(KlineCategory category, string symbol, KlineInterval interval)
    {
        (Category, Symbol, Interval) = (category, StoreFolders.RequireSymbol(symbol), interval);
    }

    /// <summary>Kind of market.</summary>
    public KlineCategory Category { get; }

    /// <summary>Instrument in upper case.</summary>
    public string Symbol { get; }

    /// <summary>Length of a bar.</summary>
    public KlineInterval Interval { get; }

    /// <summary>Of which price its bars are. Default: the traded one.</summary>
    public BybitPrice Price { get; init; }

    /// <summary>The series that a request is about.</summary>
    public static KlineSeries Of(KlineRequest request) => new(request.Category, request.Symbol, request.Interval) { Price = request.Price };

    internal string CategoryName => Category.ToString().ToLowerInvariant();

    /// <summary>Its folder within that of the symbol: Bybit's code, since 1m and 1M would be one folder where file systems fold case.</summary>
    internal string FolderName => Price == BybitPrice.Traded ? Interval.Code : $"{PriceName}-{Interval.Code}";

    /// <summary>As a person types it behind a command.</summary>
    internal string Arguments => $"{Symbol} {Interval} --category {CategoryName}{(Price == BybitPrice.Traded ? "" : $" --price {PriceName}")}";

    private string PriceName => Price.ToString().ToLowerInvariant();

    /// <summary>For messages: <c>BTCUSDT 1h linear</c>, or <c>BTCUSDT 1h linear mark price</c>.</summary>
    public override string ToString() => $"{Symbol} {Interval} {CategoryName}{(Price == BybitPrice.Traded ? "" : $" {PriceName} price")}";
}
