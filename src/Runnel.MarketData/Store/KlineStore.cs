using System.IO.Hashing;
using System.Text;
using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>Klines on disk as Parquet: <c>FOLDER/CATEGORY/SYMBOL/INTERVAL/YYYY-MM.parquet</c>, one file a calendar month (UTC). Any number of threads and
/// processes, also on several machines that share the folder, may read and write at once.</summary>
/// <remarks>A file is replaced as a whole: written beside its place, flushed to the disk, renamed. Readers take no lock and see the old file or the new.
/// Writers of one series take turns by a locked file in <c>FOLDER/.locks</c>, which the system unlocks when its process dies. What is known about a month
/// (which times are covered, checksum) stands in its own file, so that a catalogue cannot be out of step.</remarks>
public sealed class KlineStore
{
    private const string LocksFolder = ".locks";
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
    public async Task<Klines?> ReadAsync(KlineSeries series, TimeRange range, CancellationToken cancellationToken)
    {
        List<MonthFile.OpenMonth> months = [];
        try
        {
            foreach ((KlineMonth month, string path) in Files(series).Where(f => !f.Month.Range.Within(range).IsEmpty))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (await OpenAsync(path) is { } open)
                    months.Add(open);
            }

            return await KlineAssembly.ReadAsync(series.Symbol, months, range, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(series, e.Message, e);
        }
        finally
        {
            foreach (MonthFile.OpenMonth month in months)
                await month.DisposeAsync();
        }
    }

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
        if (covered.IsEmpty)
            return;
        if (bars is not null && (bars.OpenTimes[0] < covered.From || bars.OpenTimes[^1] >= covered.To))
            throw new ArgumentException($"The bars of {series} leave the range {covered}.", nameof(bars));

        string path = SeriesFolder(series);
        try
        {
            using SeriesLock held = await SeriesLock.TakeAsync(LockPath(series, "write"), time, cancellationToken);
            AtomicFile.Prepare(path);
            List<string> staged = [];
            long anchor = covered.From > 0 ? covered.From : bars?.OpenTimes[0] ?? covered.To - 1;
            long from = covered.From;
            for (KlineMonth month = KlineMonth.Of(anchor); from < covered.To; month = month.Next)
            {
                cancellationToken.ThrowIfCancellationRequested();
                TimeRange piece = new(from, Math.Min(month.End, covered.To));
                path = Path.Combine(SeriesFolder(series), month.FileName);
                if (await StageMonthAsync(path, piece, bars, origin, cancellationToken))
                    staged.Add(path);
                from = piece.To;
            }

            staged.ForEach(AtomicFile.Publish);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(series, $"{path}: {e.Message}.", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new MarketDataException($"The klines of {series} could not be written to {path}: {e.Message} Check the disk's space and the folder's permissions; what was stored before is intact.", e);
        }
    }

    /// <summary>The catalogue entry of a series.</summary>
    /// <returns>Null where nothing of it is stored.</returns>
    public async Task<StoredSeries?> FindAsync(KlineSeries series, CancellationToken cancellationToken)
    {
        List<MonthFacts> months = [];
        List<DamagedFile> damaged = [];
        foreach ((KlineMonth month, string path) in Files(series))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await using MonthFile.OpenMonth? open = await OpenAsync(path);
                if (open is not null)
                    months.Add(open.Facts);
            }
            catch (InvalidDataException e)
            {
                damaged.Add(new DamagedFile(path, month.Range, e.Message));
            }
        }

        return months.Count + damaged.Count == 0 ? null : Summarize(series, months, damaged);
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
    internal async Task<long[]> ReadTimesAsync(KlineSeries series, TimeRange range, CancellationToken cancellationToken)
    {
        List<long[]> months = [];
        try
        {
            foreach ((KlineMonth month, string path) in Files(series).Where(f => !f.Month.Range.Within(range).IsEmpty))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await using MonthFile.OpenMonth? open = await OpenAsync(path);
                if (open is null)
                    continue;
                long[] times = new long[open.Facts.Rows];
                await open.ReadTimesAsync(times);
                months.Add(times[MonthBars.LowerBound(times, range.From)..MonthBars.LowerBound(times, range.To)]);
            }
        }
        catch (InvalidDataException e)
        {
            throw Damaged(series, e.Message, e);
        }

        return [.. months.SelectMany(m => m)];
    }

    /// <summary>Reads everything of a series: every file against its checksum, every column, and the bars against each other.</summary>
    /// <returns>The files that are not right; none where all are.</returns>
    public async Task<IReadOnlyList<DamagedFile>> VerifyAsync(KlineSeries series, CancellationToken cancellationToken)
    {
        List<DamagedFile> damaged = [];
        foreach ((KlineMonth month, string path) in Files(series))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await using MonthFile.OpenMonth? open = await OpenAsync(path);
                if (open is null)
                    continue;
                MonthBars bars = await open.ReadBarsAsync();
                if (bars.Times.Length > 0 && (bars.Times[0] < month.Start || bars.Times[^1] >= month.End || bars.Times[0] != open.Facts.FirstTime || bars.Times[^1] != open.Facts.LastTime))
                    throw new InvalidDataException("it holds bars of another month");
                _ = new Klines(series.Symbol, bars.Times, bars.Values[0], bars.Values[1], bars.Values[2], bars.Values[3], bars.Values[4]); // order and prices
                if (bars.Times.FirstOrDefault(t => series.Interval.Floor(t) != t) is not 0 and long off)
                    throw new InvalidDataException($"the bar at {off} does not open where a bar of {series.Interval} does");
            }
            catch (Exception e) when (e is InvalidDataException or ArgumentException)
            {
                damaged.Add(new DamagedFile(path, month.Range, e.Message));
            }
        }

        return damaged;
    }

    /// <summary>Deletes a month's file if it is damaged still.</summary>
    /// <returns>False where it is in order by now.</returns>
    public async Task<bool> RemoveDamagedAsync(KlineSeries series, DamagedFile file, CancellationToken cancellationToken)
    {
        using SeriesLock held = await SeriesLock.TakeAsync(LockPath(series, "write"), time, cancellationToken);
        if ((await VerifyAsync(series, cancellationToken)).All(d => d.Path != file.Path))
            return false;
        File.Delete(file.Path);
        return true;
    }

    /// <summary>Deletes all bars of a series.</summary>
    /// <returns>False where there was nothing.</returns>
    public async Task<bool> RemoveAsync(KlineSeries series, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(SeriesFolder(series)))
            return false;
        using SeriesLock held = await SeriesLock.TakeAsync(LockPath(series, "write"), time, cancellationToken);
        bool any = Files(series).Count > 0;
        Directory.Delete(SeriesFolder(series), recursive: true);
        return any;
    }

    /// <summary>Something that changes whenever a file of the range does: names, sizes and times of change.</summary>
    internal string Fingerprint(KlineSeries series, TimeRange range)
    {
        StringBuilder text = new();
        foreach ((KlineMonth month, string path) in Files(series).Where(f => !f.Month.Range.Within(range).IsEmpty))
        {
            FileInfo file = new(path);
            text.Append(month.FileName).Append(' ').Append(file.Exists ? file.Length : 0).Append(' ').Append(file.Exists ? file.LastWriteTimeUtc.Ticks : 0).Append('\n');
        }

        return Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>A lock on fetching a series, which outlasts the writing of a file: who has it fetches, others wait and find everything there.</summary>
    internal SeriesLock? TryLockFetch(KlineSeries series) => SeriesLock.TryTake(LockPath(series, "fetch"));

    /// <returns>False where the month's file holds just that already.</returns>
    private static async Task<bool> StageMonthAsync(string path, TimeRange piece, Klines? bars, string origin, CancellationToken cancellationToken)
    {
        byte[]? old = File.Exists(path) ? await File.ReadAllBytesAsync(path, cancellationToken) : null;
        MonthBars known = MonthBars.Empty;
        if (old is not null)
        {
            await using MonthFile.OpenMonth open = await MonthFile.OpenAsync(old);
            known = await open.ReadBarsAsync();
        }

        byte[] bytes = await MonthFile.WriteAsync(KlineAssembly.Merge(known, piece, bars, origin));
        if (old is not null && bytes.AsSpan().SequenceEqual(old))
            return false;
        AtomicFile.Stage(path, bytes);
        return true;
    }

    private static StoredSeries Summarize(KlineSeries series, List<MonthFacts> months, List<DamagedFile> damaged)
    {
        long bars = months.Sum(m => (long)m.Rows);
        long? first = months.Min(m => m.FirstTime), last = months.Max(m => m.LastTime);
        return new StoredSeries
        {
            Series = series,
            Bars = bars,
            First = first is { } a ? DateTimeOffset.FromUnixTimeMilliseconds(a) : null,
            Last = last is { } b ? DateTimeOffset.FromUnixTimeMilliseconds(b) : null,
            MissingBars = first is { } from && last is { } to ? series.Interval.CountBetween(series.Interval.Floor(from), series.Interval.Floor(to)) + 1 - bars : 0,
            Covered = TimeRanges.Union(months.SelectMany(m => m.Covered)),
            Origins = [.. months.SelectMany(m => m.Origins).Distinct().Order(StringComparer.Ordinal)],
            Files = months.Count + damaged.Count,
            Bytes = months.Sum(m => m.Bytes),
            Checksum = Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(string.Join('\n', months.Select(m => m.Checksum))))),
            Damaged = damaged,
        };
    }

    private IEnumerable<KlineSeries> Series()
    {
        foreach (KlineCategory category in Enum.GetValues<KlineCategory>())
        {
            string folder = Path.Combine(Folder, category.ToString().ToLowerInvariant());
            if (!Directory.Exists(folder))
                continue;
            foreach (string symbol in Directory.GetDirectories(folder).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal))
            {
                foreach (KlineInterval interval in KlineInterval.All.Where(i => Directory.Exists(Path.Combine(folder, symbol, i.Code))))
                    yield return new KlineSeries(category, symbol, interval);
            }
        }
    }

    private List<(KlineMonth Month, string Path)> Files(KlineSeries series)
    {
        try
        {
            return [.. Directory.EnumerateFiles(SeriesFolder(series), "*.parquet")
                .Select(path => (Known: KlineMonth.TryParse(Path.GetFileName(path), out KlineMonth month), month, path))
                .Where(f => f.Known)
                .Select(f => (f.month, f.path))
                .OrderBy(f => f.month.Start)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static async Task<MonthFile.OpenMonth?> OpenAsync(string path)
    {
        byte[] bytes;
        try
        {
            bytes = await AtomicFile.ReadAsync(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // deleted since it was listed
        }

        try
        {
            return await MonthFile.OpenAsync(bytes);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}.", e);
        }
    }

    private static MarketDataException Damaged(KlineSeries series, string what, Exception e) => new(
        $"The stored klines of {series} are damaged: {what} Run runnel data repair {series.Symbol} {series.Interval} --category {series.CategoryName}.", e);

    private string SeriesFolder(KlineSeries series) => Path.Combine(Folder, series.CategoryName, series.Symbol, series.Interval.Code);

    private string LockPath(KlineSeries series, string what)
    {
        string folder = Path.Combine(Folder, LocksFolder);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new MarketDataException($"The store {Folder} cannot be written: {e.Message} Check Runnel:Trading:StoreFolder (or RUNNEL_DATA_DIR), its permissions and its disk.", e);
        }

        return Path.Combine(folder, $"{series.CategoryName}-{series.Symbol}-{series.Interval.Code}.{what}");
    }
}
