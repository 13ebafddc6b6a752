using System.IO.Hashing;
using System.Text;

namespace Runnel.MarketData;

/// <summary>The files of one series in a store, one a calendar month (UTC), whatever its columns are. Any number of threads and processes, also on several
/// machines that share the folder, may read and write at once.</summary>
/// <remarks>A file is replaced as a whole: written beside its place, flushed to the disk, renamed. Readers take no lock and see the old file or the new.
/// Writers of one series take turns by a locked file in <c>ROOT/.locks</c>, which the system unlocks when its process dies.</remarks>
/// <param name="root">The store's folder.</param>
/// <param name="path">The series' folders within it, outermost first.</param>
/// <param name="layout">Its columns.</param>
/// <param name="name">What it is called in messages.</param>
/// <param name="repair">What a person types when a file is damaged.</param>
/// <param name="time">The clock of waits for a lock.</param>
internal sealed class SeriesFiles(string root, IReadOnlyList<string> path, ColumnLayout layout, string name, string repair, TimeProvider time)
{
    private const string LocksFolder = ".locks";

    private string Folder { get; } = Path.Combine([root, .. path]);

    /// <summary>The rows of a range, as many as are here.</summary>
    /// <param name="range">Their times.</param>
    /// <param name="make">Makes the series of its columns; an <see cref="ArgumentException"/> says that they are damaged.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="MarketDataException">A file of the range is damaged.</exception>
    public async Task<T?> ReadAsync<T>(TimeRange range, Func<long[], double[][], T> make, CancellationToken cancellationToken)
        where T : class
    {
        List<MonthFile.OpenMonth> months = [];
        try
        {
            foreach ((_, string file) in List(range))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (await OpenAsync(file) is { } open)
                    months.Add(open);
            }

            return await MonthAssembly.ReadAsync(months, layout.Values.Count, range, cancellationToken) is { } columns ? make(columns.Times, columns.Values) : null;
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException) // the latter: the checksum held, so it was written so
        {
            throw Damaged(e.Message, e);
        }
        finally
        {
            foreach (MonthFile.OpenMonth month in months)
                await month.DisposeAsync();
        }
    }

    /// <summary>The times of a range, without the other columns.</summary>
    /// <exception cref="MarketDataException">A file of the range is damaged.</exception>
    public async Task<long[]> ReadTimesAsync(TimeRange range, CancellationToken cancellationToken)
    {
        List<long[]> months = [];
        try
        {
            foreach ((_, string file) in List(range))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await using MonthFile.OpenMonth? open = await OpenAsync(file);
                if (open is null)
                    continue;
                long[] times = new long[open.Facts.Rows];
                await open.ReadTimesAsync(times);
                months.Add(times[MonthBars.LowerBound(times, range.From)..MonthBars.LowerBound(times, range.To)]);
            }
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e.Message, e);
        }

        return [.. months.SelectMany(m => m)];
    }

    /// <summary>Changes the months of a range. Every one is written beside its place before the first is renamed into it, so an error leaves all as it was; a
    /// crash in the moment of the renames may leave later months as they were.</summary>
    /// <param name="range">What counts as covered from then on. From 0 on: there is nothing before.</param>
    /// <param name="first">Time of the first row that is written; null for none.</param>
    /// <param name="change">Gives a month's new rows, of what it held and the part of the range that lies in it.</param>
    /// <param name="cancellationToken">Ends it before the first rename; nothing has changed then.</param>
    /// <exception cref="MarketDataException">A month's file is damaged, or the disk is full or read-only.</exception>
    public async Task WriteAsync(TimeRange range, long? first, Func<MonthBars, TimeRange, MonthBars> change, CancellationToken cancellationToken)
    {
        if (range.IsEmpty)
            return;
        string at = Folder;
        try
        {
            using SeriesLock held = await SeriesLock.TakeAsync(LockPath("write"), time, cancellationToken);
            AtomicFile.Prepare(Folder);
            List<string> staged = [];
            long from = range.From;
            for (KlineMonth month = KlineMonth.Of(range.From > 0 ? range.From : first ?? range.To - 1); from < range.To; month = month.Next)
            {
                cancellationToken.ThrowIfCancellationRequested();
                TimeRange piece = new(from, Math.Min(month.End, range.To));
                at = Path.Combine(Folder, month.FileName);
                if (await StageAsync(at, known => change(known, piece), cancellationToken))
                    staged.Add(at);
                from = piece.To;
            }

            AtomicFile.Publish(Folder, staged);
        }
        catch (InvalidDataException e)
        {
            throw Damaged($"{at}: {e.Message}.", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new MarketDataException($"{Capital(name)} could not be written to {at}: {e.Message} Check the disk's space and the folder's permissions; what was stored before is intact.", e);
        }
    }

    /// <summary>What each month says of itself, and what is damaged.</summary>
    /// <returns>Null where there is no file.</returns>
    public async Task<SeriesFacts?> FindAsync(CancellationToken cancellationToken)
    {
        List<MonthFacts> months = [];
        List<DamagedFile> damaged = [];
        foreach ((KlineMonth month, string file) in List())
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await using MonthFile.OpenMonth? open = await OpenAsync(file);
                if (open is not null)
                    months.Add(open.Facts);
            }
            catch (InvalidDataException e)
            {
                damaged.Add(new DamagedFile(file, month.Range, e.Message));
            }
        }

        return months.Count + damaged.Count == 0 ? null : new SeriesFacts(months, damaged);
    }

    /// <summary>Reads everything: every file against its checksum, every column, and the rows against each other.</summary>
    /// <param name="check">Throws an <see cref="InvalidDataException"/> or <see cref="ArgumentException"/> where a month's rows cannot be.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<IReadOnlyList<DamagedFile>> VerifyAsync(Action<MonthBars> check, CancellationToken cancellationToken)
    {
        List<DamagedFile> damaged = [];
        foreach ((KlineMonth month, string file) in List())
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await using MonthFile.OpenMonth? open = await OpenAsync(file);
                if (open is null)
                    continue;
                MonthBars rows = await open.ReadBarsAsync();
                if (rows.Times.Length > 0 && (rows.Times[0] < month.Start || rows.Times[^1] >= month.End || rows.Times[0] != open.Facts.FirstTime || rows.Times[^1] != open.Facts.LastTime))
                    throw new InvalidDataException("it holds rows of another month");
                check(rows);
            }
            catch (Exception e) when (e is InvalidDataException or ArgumentException)
            {
                damaged.Add(new DamagedFile(file, month.Range, e.Message));
            }
        }

        return damaged;
    }

    /// <summary>Deletes a month's file if it is damaged still.</summary>
    /// <returns>False where it is in order by now.</returns>
    public async Task<bool> RemoveDamagedAsync(DamagedFile file, Action<MonthBars> check, CancellationToken cancellationToken)
    {
        using SeriesLock held = await SeriesLock.TakeAsync(LockPath("write"), time, cancellationToken);
        if ((await VerifyAsync(check, cancellationToken)).All(d => d.Path != file.Path))
            return false;
        File.Delete(file.Path);
        return true;
    }

    /// <summary>Deletes all of it.</summary>
    /// <returns>False where there was nothing.</returns>
    public async Task<bool> RemoveAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Folder))
            return false;
        using SeriesLock held = await SeriesLock.TakeAsync(LockPath("write"), time, cancellationToken);
        bool any = List().Count > 0;
        Directory.Delete(Folder, recursive: true);
        return any;
    }

    /// <summary>Something that changes whenever a file of the range does: names, sizes and times of change.</summary>
    public string Fingerprint(TimeRange range)
    {
        StringBuilder text = new();
        foreach ((KlineMonth month, string path) in List(range))
        {
            FileInfo file = new(path);
            text.Append(month.FileName).Append(' ').Append(file.Exists ? file.Length : 0).Append(' ').Append(file.Exists ? file.LastWriteTimeUtc.Ticks : 0).Append('\n');
        }

        return Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>A lock on fetching, which outlasts the writing of a file: who has it fetches, others wait and find everything there.</summary>
    public SeriesLock? TryLockFetch() => SeriesLock.TryTake(LockPath("fetch"));

    /// <returns>False where the month's file holds just that already.</returns>
    private async Task<bool> StageAsync(string file, Func<MonthBars, MonthBars> change, CancellationToken cancellationToken)
    {
        byte[]? old = File.Exists(file) ? await File.ReadAllBytesAsync(file, cancellationToken) : null;
        MonthBars known = MonthBars.Empty(layout);
        if (old is not null)
        {
            await using MonthFile.OpenMonth open = await MonthFile.OpenAsync(old, layout);
            known = await open.ReadBarsAsync();
        }

        byte[] bytes = await MonthFile.WriteAsync(change(known), layout);
        if (old is not null && bytes.AsSpan().SequenceEqual(old))
            return false;
        AtomicFile.Stage(file, bytes);
        return true;
    }

    private List<(KlineMonth Month, string Path)> List(TimeRange? range = null)
    {
        try
        {
            return [.. Directory.EnumerateFiles(Folder, "*.parquet")
                .Select(path => (Known: KlineMonth.TryParse(Path.GetFileName(path), out KlineMonth month), month, path))
                .Where(f => f.Known && (range is not { } within || !f.month.Range.Within(within).IsEmpty))
                .Select(f => (f.month, f.path))
                .OrderBy(f => f.month.Start)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private async Task<MonthFile.OpenMonth?> OpenAsync(string file)
    {
        byte[] bytes;
        try
        {
            bytes = await AtomicFile.ReadAsync(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // deleted since it was listed
        }

        try
        {
            return await MonthFile.OpenAsync(bytes, layout);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{file}: {e.Message}.", e);
        }
    }

    private MarketDataException Damaged(string what, Exception e) => new($"{Capital(name)} are damaged: {what} Run {repair}.", e);

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private string LockPath(string what)
    {
        string folder = Path.Combine(root, LocksFolder);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new MarketDataException($"The store {root} cannot be written: {e.Message} Check Runnel:Trading:StoreFolder (or RUNNEL_DATA_DIR), its permissions and its disk.", e);
        }

        return Path.Combine(folder, $"{string.Join('-', path)}.{what}");
    }
}
