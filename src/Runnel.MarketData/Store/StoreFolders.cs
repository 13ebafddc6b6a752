namespace Runnel.MarketData;

/// <summary>How a store's folders are named: <c>ROOT/CATEGORY/SYMBOL/…</c>.</summary>
internal static class StoreFolders
{
    /// <summary>A symbol in upper case.</summary>
    /// <exception cref="MarketDataException">It cannot be a folder's name.</exception>
    public static string RequireSymbol(string symbol) =>
        symbol.Length is 0 or > 64 || symbol[0] == '.' || symbol[^1] == '.' || !symbol.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? throw new MarketDataException($"'{symbol}' is no symbol that the store can hold. Give the exchange's name of the instrument, for instance BTCUSDT.")
            : symbol.ToUpperInvariant();

    /// <summary>The symbols that a store has a folder for, in order.</summary>
    public static IEnumerable<(KlineCategory Category, string Symbol, string Path)> Symbols(string root)
    {
        foreach (KlineCategory category in Enum.GetValues<KlineCategory>())
        {
            string folder = Path.Combine(root, category.ToString().ToLowerInvariant());
            if (!Directory.Exists(folder))
                continue;
            foreach (string path in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
                yield return (category, Path.GetFileName(path), path);
        }
    }
}
