using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>A folder of CSV files as a source of funding: <c>{venue}-{category}-{symbol}-funding[-anything].csv[.gz]</c>, for instance
/// <c>bybit-linear-BTCUSDT-funding.csv</c>. The first that has any payment of a range serves it, Bybit's before other venues'.</summary>
/// <param name="folder">The folder; folders inside it are not looked into.</param>
public sealed class CsvFundingSource(string folder) : IFundingSource
{
    private readonly string fullPath = Path.GetFullPath(folder);

    /// <inheritdoc/>
    public string Name => $"folder {fullPath}";

    /// <inheritdoc/>
    public Task<FundingData> LoadAsync(FundingRequest request, CancellationToken cancellationToken)
    {
        List<string> outside = [];
        foreach (string path in List(request.Series))
        {
            cancellationToken.ThrowIfCancellationRequested();
            FundingRates all = CsvFunding.Read(path);
            long[] times = all.Times.ToArray();
            Range rows = MonthBars.LowerBound(times, request.Range.From)..MonthBars.LowerBound(times, request.Range.To);
            if (times[rows].Length > 0)
                return Task.FromResult(new FundingData(new FundingRates(times[rows], all.Rates[rows].ToArray()), $"file {Path.GetFileName(path)}"));
            outside.Add($"file {Path.GetFileName(path)} has payments from {KlineRange.Moment(times[0])} to {KlineRange.Moment(times[^1])} UTC only");
        }

        throw new FundingNotFoundException(outside.Count > 0 ? $"{Name}: {string.Join(", ", outside)}." : $"{Name} has no file named {{venue}}-{request.Series.CategoryName}-{request.Series.Symbol}-funding.csv.");
    }

    private IEnumerable<string> List(FundingSeries series)
    {
        string wanted = $"-{series.CategoryName}-{series.Symbol}-funding";
        return Directory.EnumerateFiles(fullPath, "*.csv*")
            .Select(path => (Path: path, Name: Path.GetFileName(path)))
            .Where(f => f.Name.IndexOf(wanted, StringComparison.OrdinalIgnoreCase) is > 0 and int at && f.Name.IndexOf('-', StringComparison.Ordinal) == at
                && f.Name[(at + wanted.Length)..] is ['.' or '-', ..] rest && (rest.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || rest.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase)))
            .OrderBy(f => f.Name.StartsWith("bybit-", StringComparison.OrdinalIgnoreCase) ? 0 : 1)
            .ThenBy(f => f.Name.Length)
            .ThenBy(f => f.Name, StringComparer.Ordinal)
            .Select(f => f.Path);
    }
}
