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
        if (symbol.Length is 0 or > 64 || symbol[0] == '.' || symbol[^1] == '.' || !symbol.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            throw new MarketDataException($"'{symbol}' is no symbol that the store can hold. Give the exchange's name of the instrument, for instance BTCUSDT.");
        (Category, Symbol, Interval) = (category, symbol.ToUpperInvariant(), interval);
    }

    /// <summary>Kind of market.</summary>
    public KlineCategory Category { get; }

    /// <summary>Instrument in upper case.</summary>
    public string Symbol { get; }

    /// <summary>Length of a bar.</summary>
    public KlineInterval Interval { get; }

    /// <summary>The series that a request is about.</summary>
    public static KlineSeries Of(KlineRequest request) => new(request.Category, request.Symbol, request.Interval);

    internal string CategoryName => Category.ToString().ToLowerInvariant();

    /// <summary>For messages: <c>BTCUSDT 1h linear</c>.</summary>
    public override string ToString() => $"{Symbol} {Interval} {CategoryName}";
}
