using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>Months to a series, and a series into months.</summary>
internal static class KlineAssembly
{
    private const int MostThreads = 4; // of a process that has other tasks to run

    /// <summary>Decodes months side by side, right into the columns of the series.</summary>
    public static async Task<Klines?> ReadAsync(string symbol, List<MonthFile.OpenMonth> months, TimeRange range, CancellationToken cancellationToken)
    {
        int[] starts = new int[months.Count + 1];
        for (int i = 0; i < months.Count; i++)
            starts[i + 1] = starts[i] + months[i].Facts.Rows;
        int count = starts[^1];
        if (count == 0)
            return null;

        long[] times = GC.AllocateUninitializedArray<long>(count); // every place is decoded into
        double[][] values = [.. Enumerable.Range(0, 5).Select(_ => GC.AllocateUninitializedArray<double>(count))];
        ParallelOptions options = new() { MaxDegreeOfParallelism = Math.Min(MostThreads, Environment.ProcessorCount), CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, months.Count, options, async (i, _) =>
        {
            Range rows = starts[i]..starts[i + 1];
            await months[i].ReadAsync(times.AsMemory(rows), [.. values.Select(v => v.AsMemory(rows))]);
        });

        int from = MonthBars.LowerBound(times, range.From), to = MonthBars.LowerBound(times, range.To);
        if (from == to)
            return null;
        if (to - from < count)
        {
            times = times[from..to];
            for (int i = 0; i < values.Length; i++)
                values[i] = values[i][from..to]; // one by one, so that at most one column is there twice
        }

        return ToKlines(symbol, times, values);
    }

    /// <summary>A month's bars with a piece of it replaced by what a series has in that time.</summary>
    public static MonthBars Merge(MonthBars known, TimeRange piece, Klines? bars, string origin)
    {
        if (bars is null)
            return known.With(piece, [], [], [], [], [], [], origin);
        int from = LowerBound(bars.OpenTimes, piece.From), to = LowerBound(bars.OpenTimes, piece.To);
        Range rows = from..to;
        return known.With(piece, bars.OpenTimes[rows], bars.Open[rows], bars.High[rows], bars.Low[rows], bars.Close[rows], bars.Volume[rows], origin);
    }

    private static Klines ToKlines(string symbol, long[] times, double[][] values)
    {
        try
        {
            return new Klines(symbol, times, values[0], values[1], values[2], values[3], values[4]);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException(e.Message, e); // the checksum held, so it was written so
        }
    }

    private static int LowerBound(ReadOnlySpan<long> times, long time)
    {
        int at = times.BinarySearch(time);
        return at < 0 ? ~at : at;
    }
}
