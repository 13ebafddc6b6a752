using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>One CSV file of bars as a source. It serves the symbol and category that its name tells (<see cref="KlineFileName"/>), or any if
/// its name does not follow the convention; the interval is checked against the bars themselves.</summary>
/// <param name="path">The file, CSV or gzipped CSV; read again whenever it changes.</param>
/// <param name="cache">Keeps the file's bars for the next request.</param>
public sealed class CsvFileSource(string path, KlineCache cache) : IKlineSource
{
    private readonly string fullPath = Path.GetFullPath(path);

    /// <inheritdoc/>
    public string Name => $"file {Path.GetFileName(fullPath)}";

    /// <inheritdoc/>
    public Task<KlineData> LoadAsync(KlineRequest request, CancellationToken cancellationToken)
    {
        request.RequireTraded(Name);
        if (KlineFileName.TryParse(fullPath, out KlineFileName? name))
            RequireMatch(name, request);

        Klines all = ReadAll(name?.Symbol ?? request.Symbol, cancellationToken);
        RequireInterval(all, request.Interval);
        Klines klines = KlineRange.Cut(all, request)
            ?? throw new KlinesNotFoundException($"{Name} has no bar from {KlineRange.Moment(request.From.ToUnixTimeMilliseconds())} to "
                + $"{KlineRange.Moment(request.To.ToUnixTimeMilliseconds())} UTC: it holds {KlineRange.Describe(all)}.", KlinesMissing.Range);
        return Task.FromResult(new KlineData { Klines = klines, Interval = request.Interval, Source = Name });
    }

    private void RequireMatch(KlineFileName name, KlineRequest request)
    {
        bool same = string.Equals(name.Symbol, request.Symbol, StringComparison.OrdinalIgnoreCase) && name.Category == request.Category;
        if (!same || name.Interval != request.Interval)
        {
            throw new KlinesNotFoundException($"{Name} holds {name.Symbol} {name.Interval} {name.Category.ToString().ToLowerInvariant()} by its name, "
                + $"not {request.Symbol} {request.Interval} {request.CategoryName}.", same ? KlinesMissing.Interval : KlinesMissing.Symbol);
        }
    }

    private Klines ReadAll(string symbol, CancellationToken cancellationToken)
    {
        FileInfo file = new(fullPath);
        string key = $"csv|{fullPath}|{(file.Exists ? file.LastWriteTimeUtc.Ticks : 0)}|{(file.Exists ? file.Length : 0)}|{symbol}";
        cancellationToken.ThrowIfCancellationRequested();
        return cache.GetOrLoad(key, () => CsvKlineReader.Read(fullPath, symbol, CancellationToken.None)); // others may wait for the same reading
    }

    // The smallest distance between two bars is the interval: holes (outages, weekends) only make others larger.
    private void RequireInterval(Klines all, KlineInterval wanted)
    {
        ReadOnlySpan<long> times = all.OpenTimes;
        if (times.Length < 2)
            return;
        long step = long.MaxValue;
        for (int i = 1; i < times.Length; i++)
            step = Math.Min(step, times[i] - times[i - 1]);

        TimeSpan found = TimeSpan.FromMilliseconds(step);
        bool fits = wanted.Length is TimeSpan length ? found == length : found >= TimeSpan.FromDays(28);
        if (!fits)
        {
            string have = KlineInterval.All.FirstOrDefault(i => i.Length == found)?.Name ?? found.ToString();
            throw new KlinesNotFoundException($"{Name} holds bars of {have}, not of {wanted}.", KlinesMissing.Interval);
        }
    }
}
