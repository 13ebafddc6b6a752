namespace Runnel.MarketData;

/// <summary>A folder of CSV files as a source: a file serves a request when its name says so (<see cref="KlineFileName"/>); other files are
/// ignored. Files that appear later are found. Where several fit, Bybit's come before other venues', and shorter names before longer.</summary>
/// <param name="folder">The folder; folders inside it are not looked into.</param>
/// <param name="cache">Keeps the files' bars for the next request.</param>
public sealed class CsvFolderSource(string folder, KlineCache cache) : IKlineSource
{
    private readonly string fullPath = Path.GetFullPath(folder);

    /// <inheritdoc/>
    public string Name => $"folder {fullPath}";

    /// <summary>What the folder holds by its files' names, in the order of preference.</summary>
    /// <exception cref="MarketDataException">There is no such folder.</exception>
    public IReadOnlyList<(string Path, KlineFileName Name)> List()
    {
        try
        {
            return [.. Directory.EnumerateFiles(fullPath, "*.csv*")
                .Select(path => (path, name: KlineFileName.TryParse(path, out KlineFileName? name) ? name : null))
                .Where(file => file.name is not null)
                .Select(file => (file.path, file.name!))
                .OrderBy(file => file.Item2.Venue == "bybit" ? 0 : 1)
                .ThenBy(file => file.path.Length)
                .ThenBy(file => file.path, StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException e)
        {
            throw new MarketDataException($"There is no klines folder {fullPath}. Create it, or correct the setting that names it.", e);
        }
    }

    /// <inheritdoc/>
    public async Task<KlineData> LoadAsync(KlineRequest request, CancellationToken cancellationToken)
    {
        request.RequireTraded(Name);
        IReadOnlyList<(string Path, KlineFileName Name)> files = List();
        KlinesNotFoundException? outsideRange = null;
        foreach ((string path, KlineFileName name) in files)
        {
            if (!string.Equals(name.Symbol, request.Symbol, StringComparison.OrdinalIgnoreCase) || name.Interval != request.Interval || name.Category != request.Category)
                continue;
            try
            {
                return await new CsvFileSource(path, cache).LoadAsync(request, cancellationToken);
            }
            catch (KlinesNotFoundException e)
            {
                outsideRange ??= e;
            }
        }

        bool hasSymbol = files.Any(f => string.Equals(f.Name.Symbol, request.Symbol, StringComparison.OrdinalIgnoreCase) && f.Name.Category == request.Category);
        throw outsideRange ?? new KlinesNotFoundException($"{Name} has no file for {request.Symbol} {request.Interval} {request.CategoryName}; it has {Offer(files, request.Symbol)}.",
            hasSymbol ? KlinesMissing.Interval : KlinesMissing.Symbol);
    }

    private static string Offer(IReadOnlyList<(string Path, KlineFileName Name)> files, string symbol)
    {
        if (files.Count == 0)
            return "none that is named {venue}-{category}-{symbol}-{interval}.csv.gz";
        List<string> same = [.. files.Where(f => string.Equals(f.Name.Symbol, symbol, StringComparison.OrdinalIgnoreCase))
            .Select(f => $"{f.Name.Symbol} {f.Name.Interval} {f.Name.Category.ToString().ToLowerInvariant()}").Distinct()];
        List<string> any = same.Count > 0 ? same : [.. files.Select(f => f.Name.Symbol).Distinct().Order(StringComparer.Ordinal)];
        return string.Join(", ", any.Take(20)) + (any.Count > 20 ? $" and {any.Count - 20} more" : "");
    }
}
