using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>Funding payments on disk, beside the klines and by the same rules (<see cref="KlineStore"/>):
/// <c>FOLDER/CATEGORY/SYMBOL/funding/YYYY-MM.parquet</c>, one file a calendar month (UTC).</summary>
public sealed class FundingStore
{
    private const string FolderName = "funding";
    private readonly TimeProvider time;

    /// <summary>Opens a store; nothing is read or made yet.</summary>
    /// <param name="folder">That of the klines.</param>
    /// <param name="time">The clock of waits for a lock. Default: the system's.</param>
    public FundingStore(string folder, TimeProvider? time = null)
    {
        Folder = Path.GetFullPath(folder);
        this.time = time ?? TimeProvider.System;
    }

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>The payments of a range, as many as are here; none where none is.</summary>
    /// <exception cref="MarketDataException">A file of the range is damaged.</exception>
    public async Task<FundingRates> ReadAsync(FundingSeries series, TimeRange range, CancellationToken cancellationToken) =>
        await Files(series).ReadAsync(range, (times, values) => new FundingRates(times, values[0]), cancellationToken) ?? new FundingRates([], []);

    /// <summary>Puts payments into their months; what those held in the range before is replaced. An error leaves all as it was.</summary>
    /// <param name="series">Of which contract.</param>
    /// <param name="covered">Every payment that there is in this range is among <paramref name="rates"/>. From 0 on: there is nothing before them.</param>
    /// <param name="rates">Payments within the range.</param>
    /// <param name="origin">Where they come from, a word: <c>bybit</c>, <c>import</c>.</param>
    /// <param name="cancellationToken">Ends it before the first rename; nothing has changed then.</param>
    /// <exception cref="MarketDataException">The month's file is damaged, or the disk is full or read-only.</exception>
    public async Task WriteAsync(FundingSeries series, TimeRange covered, FundingRates rates, string origin, CancellationToken cancellationToken)
    {
        if (rates.Count > 0 && (rates.Times[0] < covered.From || rates.Times[^1] >= covered.To))
            throw new ArgumentException($"The payments of {series} leave the range {covered}.", nameof(rates));
        await Files(series).WriteAsync(covered, rates.Count == 0 ? null : rates.Times[0], (known, piece) => Merge(known, piece, rates, origin), cancellationToken);
    }

    /// <summary>The catalogue entry of a contract.</summary>
    /// <returns>Null where nothing of it is stored.</returns>
    public async Task<StoredFunding?> FindAsync(FundingSeries series, CancellationToken cancellationToken) =>
        await Files(series).FindAsync(cancellationToken) is not { } facts ? null : new StoredFunding
        {
            Series = series,
            Payments = facts.Rows,
            First = SeriesFacts.Moment(facts.First),
            Last = SeriesFacts.Moment(facts.Last),
            Covered = facts.Covered,
            Origins = facts.Origins,
            Files = facts.Months.Count + facts.Damaged.Count,
            Bytes = facts.Bytes,
            Checksum = facts.Checksum,
            Damaged = facts.Damaged,
        };

    /// <summary>The catalogue: every contract of which there is a file, in order.</summary>
    public async Task<IReadOnlyList<StoredFunding>> ListAsync(CancellationToken cancellationToken)
    {
        List<StoredFunding> found = [];
        foreach ((KlineCategory category, string symbol, string path) in StoreFolders.Symbols(Folder))
        {
            if (Directory.Exists(Path.Combine(path, FolderName)) && await FindAsync(new FundingSeries(category, symbol), cancellationToken) is { } stored)
                found.Add(stored);
        }

        return found;
    }

    /// <summary>Reads everything of a contract: every file against its checksum, and the payments against each other.</summary>
    /// <returns>The files that are not right; none where all are.</returns>
    public Task<IReadOnlyList<DamagedFile>> VerifyAsync(FundingSeries series, CancellationToken cancellationToken) => Files(series).VerifyAsync(Check, cancellationToken);

    /// <summary>Deletes a month's file if it is damaged still.</summary>
    /// <returns>False where it is in order by now.</returns>
    public Task<bool> RemoveDamagedAsync(FundingSeries series, DamagedFile file, CancellationToken cancellationToken) =>
        Files(series).RemoveDamagedAsync(file, Check, cancellationToken);

    /// <summary>Deletes all payments of a contract.</summary>
    /// <returns>False where there was nothing.</returns>
    public Task<bool> RemoveAsync(FundingSeries series, CancellationToken cancellationToken) => Files(series).RemoveAsync(cancellationToken);

    internal string Fingerprint(FundingSeries series) => Files(series).Fingerprint(new TimeRange(0, long.MaxValue));

    internal SeriesLock? TryLockFetch(FundingSeries series) => Files(series).TryLockFetch();

    private static void Check(MonthBars rows) => _ = new FundingRates(rows.Times, rows.Values[0]); // order, and finite

    private static MonthBars Merge(MonthBars known, TimeRange piece, FundingRates rates, string origin)
    {
        long[] times = rates.Times.ToArray();
        Range rows = MonthBars.LowerBound(times, piece.From)..MonthBars.LowerBound(times, piece.To);
        return known.With(piece, times.AsSpan(rows), _ => rates.Rates[rows], origin);
    }

    private SeriesFiles Files(FundingSeries series) => new(
        Folder, [series.CategoryName, series.Symbol, FolderName], ColumnLayout.Funding, $"the stored funding rates of {series.Symbol} {series.CategoryName}",
        $"runnel data repair {series.Symbol} funding --category {series.CategoryName}", time);
}
