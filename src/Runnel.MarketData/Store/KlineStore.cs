using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>Klines on disk as Parquet: <c>FOLDER/CATEGORY/SYMBOL/INTERVAL/YYYY-MM.parquet</c>, one file a calendar month (UTC). Any number of threads and
/// processes, also on several machines that share the folder, may read and write at once.</summary>
/// <remarks>A file is replaced as a whole: written beside its place, flushed to the disk, renamed. Readers take no lock and see the old file or the new.
/// Writers of one series take turns by a locked file in <c>FOLDER/.locks</c>, which the system unlocks when its process dies. What is known about a month
/// (which times are covered, checksum) stands in its own file, so that a catalogue cannot be out of step.</remarks>
public sealed class KlineStore
{
    private readonly TimeProvider time;

    /// <summary>Opens a store; nothing is read or made yet.</summary>
    /// <param name="folder">Made when the first bar is written.</param>
    /// <param name="time">The clock of waits for a lock. Default: the system's.</param>
    public KlineStore(string folder, TimeProvider? time = null)
    {
        Folder = Path.GetFullPath(folder);
        this.time = time ?? TimeProvider.System;
    }

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>The bars of a series that open in a range, as many as are here.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="MarketDataException">A file of the range is damaged.</exception>
    public Task<Klines?> ReadAsync(KlineSeries series, TimeRange range, CancellationToken cancellationToken) =>
        Files(series).ReadAsync(range, (times, values) => new Klines(series.Symbol, times, values[0], values[1], values[2], values[3], values[4]), cancellationToken);

    /// <summary>Times of which all bars that the source has, are here; in order. Damaged files count as nothing.</summary>
    public async Task<IReadOnlyList<TimeRange>> ReadCoverageAsync(KlineSeries series, CancellationToken cancellationToken) =>
        (await FindAsync(series, cancellationToken))?.Covered ?? [];

    /// <summary>Puts bars into their months; what those held in the range before is replaced. Every month is written beside its place before the first is
    /// renamed into it, so an error leaves all as it was; a crash in the moment of the renames may leave later months as they were.</summary>
    /// <param name="series">Whose bars.</param>
    /// <param name="covered">Every bar that there is in this range is among <paramref name="bars"/>. From 0 on: there is nothing before them.</param>
    /// <param name="bars">Bars within the range, or null for none.</param>
    /// <param name="origin">Where they come from, a word: <c>bybit</c>, <c>import</c>.</param>
    /// <param name="cancellationToken">Ends it before the first rename; nothing has changed then.</param>
    /// <exception cref="MarketDataException">The month's file is damaged, or the disk is full or read-only.</exception>
    public async Task WriteAsync(KlineSeries series, TimeRange covered, Klines? bars, string origin, CancellationToken cancellationToken)
    {
        if (bars is not null && (bars.OpenTimes[0] < covered.From || bars.OpenTimes[^1] >= covered.To))
            throw new ArgumentException($"The bars of {series} leave the range {covered}.", nameof(bars));
        await Files(series).WriteAsync(covered, bars?.OpenTimes[0], (known, piece) => Merge(known, piece, bars, origin), cancellationToken);
    }

    /// <summary>The catalogue entry of a series.</summary>
    /// <returns>Null where nothing of it is stored.</returns>
    public async Task<StoredSeries?> FindAsync(KlineSeries series, CancellationToken cancellationToken)
    {
        if (await Files(series).FindAsync(cancellationToken) is not { } facts)
            return null;
        return new StoredSeries
        {
            Series = series,
            Bars = facts.Rows,
            First = SeriesFacts.Moment(facts.First),
            Last = SeriesFacts.Moment(facts.Last),
            MissingBars = facts.First is { } from && facts.Last is { } to ? series.Interval.CountBetween(series.Interval.Floor(from), series.Interval.Floor(to)) + 1 - facts.Rows : 0,
            Covered = facts.Covered,
            Origins = facts.Origins,
            Files = facts.Months.Count + facts.Damaged.Count,
            Bytes = facts.Bytes,
            Checksum = facts.Checksum,
            Damaged = facts.Damaged,
        };
    }

    /// <summary>The catalogue: every series that has a file, in order.</summary>
    public async Task<IReadOnlyList<StoredSeries>> ListAsync(CancellationToken cancellationToken)
    {
        List<StoredSeries> found = [];
        foreach (KlineSeries series in Series())
        {
            if (await FindAsync(series, cancellationToken) is { } stored)
                found.Add(stored);
        }

        return found;
    }

    /// <summary>Holes between the first and the last bar.</summary>
    /// <exception cref="MarketDataException">A file is damaged.</exception>
    public async Task<IReadOnlyList<KlineGap>> FindGapsAsync(KlineSeries series, TimeRange range, CancellationToken cancellationToken)
    {
        IReadOnlyList<TimeRange> covered = await ReadCoverageAsync(series, cancellationToken);
        return Gaps.Of(await ReadTimesAsync(series, range, cancellationToken), series.Interval, covered);
    }

    /// <summary>The open times of a range, without the rest of the bars: a sixth of the memory.</summary>
    /// <exception cref="MarketDataException">A file of the range is damaged.</exception>
    internal Task<long[]> ReadTimesAsync(KlineSeries series, TimeRange range, CancellationToken cancellationToken) => Files(series).ReadTimesAsync(range, cancellationToken);

    /// <summary>Reads everything of a series: every file against its checksum, every column, and the bars against each other.</summary>
    /// <returns>The files that are not right; none where all are.</returns>
    public Task<IReadOnlyList<DamagedFile>> VerifyAsync(KlineSeries series, CancellationToken cancellationToken) =>
        Files(series).VerifyAsync(bars => Check(series, bars), cancellationToken);

    /// <summary>Deletes a month's file if it is damaged still.</summary>
    /// <returns>False where it is in order by now.</returns>
    public Task<bool> RemoveDamagedAsync(KlineSeries series, DamagedFile file, CancellationToken cancellationToken) =>
        Files(series).RemoveDamagedAsync(file, bars => Check(series, bars), cancellationToken);

    /// <summary>Deletes all bars of a series.</summary>
    /// <returns>False where there was nothing.</returns>
    public Task<bool> RemoveAsync(KlineSeries series, CancellationToken cancellationToken) => Files(series).RemoveAsync(cancellationToken);

    /// <summary>Something that changes whenever a file of the range does: names, sizes and times of change.</summary>
    internal string Fingerprint(KlineSeries series, TimeRange range) => Files(series).Fingerprint(range);

    /// <summary>A lock on fetching a series, which outlasts the writing of a file: who has it fetches, others wait and find everything there.</summary>
    internal SeriesLock? TryLockFetch(KlineSeries series) => Files(series).TryLockFetch();

    private static void Check(KlineSeries series, MonthBars bars)
    {
        _ = new Klines(series.Symbol, bars.Times, bars.Values[0], bars.Values[1], bars.Values[2], bars.Values[3], bars.Values[4]); // order and prices
        if (bars.Times.FirstOrDefault(t => series.Interval.Floor(t) != t) is not 0 and long off)
            throw new InvalidDataException($"the bar at {off} does not open where a bar of {series.Interval} does");
    }

    private static MonthBars Merge(MonthBars known, TimeRange piece, Klines? bars, string origin)
    {
        if (bars is null)
            return known.With(piece, [], _ => [], origin);
        Range rows = LowerBound(bars.OpenTimes, piece.From)..LowerBound(bars.OpenTimes, piece.To);
        return known.With(piece, bars.OpenTimes[rows], Column, origin);

        ReadOnlySpan<double> Column(int column) => column switch
        {
            0 => bars.Open[rows],
            1 => bars.High[rows],
            2 => bars.Low[rows],
            3 => bars.Close[rows],
            _ => bars.Volume[rows],
        };
    }

    private static int LowerBound(ReadOnlySpan<long> times, long time)
    {
        int at = times.BinarySearch(time);
        return at < 0 ? ~at : at;
    }

    private IEnumerable<KlineSeries> Series()
    {
        foreach ((KlineCategory category, string symbol, string path) in StoreFolders.Symbols(Folder))
        {
            foreach (BybitPrice price in Enum.GetValues<BybitPrice>())
            {
                foreach (KlineInterval interval in KlineInterval.All)
                {
                    KlineSeries series = new(category, symbol, interval) { Price = price };
                    if (Directory.Exists(Path.Combine(path, series.FolderName)))
                        yield return series;
                }
            }
        }
    }

    private SeriesFiles Files(KlineSeries series) => new(
        Folder, [series.CategoryName, series.Symbol, series.FolderName], ColumnLayout.Klines, $"the stored klines of {series}", $"runnel data repair {series.Arguments}", time);
}
