namespace Runnel.MarketData;

/// <summary>Months to the columns of a series.</summary>
internal static class MonthAssembly
{
    private const int MostThreads = 4; // of a process that has other tasks to run

    /// <summary>Decodes months side by side, right into the columns of the series.</summary>
    public static async Task<(long[] Times, double[][] Values)?> ReadAsync(List<MonthFile.OpenMonth> months, int columns, TimeRange range, CancellationToken cancellationToken)
    {
        int[] starts = new int[months.Count + 1];
        for (int i = 0; i < months.Count; i++)
            starts[i + 1] = starts[i] + months[i].Facts.Rows;
        int count = starts[^1];
        if (count == 0)
            return null;

        long[] times = Allocate<long>(count);
        double[][] values = [.. Enumerable.Range(0, columns).Select(_ => Allocate<double>(count))];
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

        return (times, values);
    }

    // Uninitialized: every place is decoded into.
    private static T[] Allocate<T>(int count)
        where T : unmanaged
    {
        T[] array = GC.AllocateUninitializedArray<T>(count);
        HugePages.Advise(array);
        return array;
    }
}
