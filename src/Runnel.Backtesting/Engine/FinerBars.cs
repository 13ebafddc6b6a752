namespace Runnel.Backtesting;

/// <summary>Which bars of a shorter interval make up each bar of a run. Never changes, so any number of runs may share it.</summary>
internal sealed class FinerBars
{
    private readonly Klines finer;
    private readonly int[] firsts; // of each bar, and of the end
    private readonly bool[] whole;

    public FinerBars(Klines klines, Klines finer)
    {
        this.finer = finer;
        (firsts, whole) = (new int[klines.Count + 1], new bool[klines.Count]);
        ReadOnlySpan<long> times = finer.OpenTimes;
        int at = 0;
        for (int bar = 0; bar < klines.Count; bar++)
        {
            while (at < times.Length && times[at] < klines.OpenTimes[bar])
                at++;
            firsts[bar] = at;
        }

        firsts[^1] = EndOfLast(klines, times, at);
        for (int bar = 0; bar < klines.Count; bar++)
        {
            whole[bar] = AddsUp(klines, bar);
            NotRefined += whole[bar] ? 0 : 1;
        }
    }

    /// <summary>Those that the settings name, for a run on these klines; null where they name none.</summary>
    public static FinerBars? Of(Klines klines, BacktestSettings settings) => settings.FinerKlines is { } finer ? new FinerBars(klines, finer) : null;

    /// <summary>Bars for which finer ones are missing or do not add up to them.</summary>
    public int NotRefined { get; }

    /// <summary>The finer bars of a bar; empty where they do not make it up.</summary>
    public Range Of(int bar) => whole[bar] ? firsts[bar]..firsts[bar + 1] : default;

    public BarPrices At(int index) => new(finer.OpenColumn[index], finer.HighColumn[index], finer.LowColumn[index], finer.CloseColumn[index]);

    // Nothing says how long the last bar is; as long as the shortest distance between two.
    private static int EndOfLast(Klines klines, ReadOnlySpan<long> times, int at)
    {
        long shortest = long.MaxValue;
        for (int bar = 1; bar < klines.Count; bar++)
            shortest = Math.Min(shortest, klines.OpenTimes[bar] - klines.OpenTimes[bar - 1]);
        while (at < times.Length && (klines.Count == 1 || times[at] - klines.OpenTimes[^1] < shortest))
            at++;
        return at;
    }

    private bool AddsUp(Klines klines, int bar)
    {
        (int from, int to) = (firsts[bar], firsts[bar + 1]);
        if (from == to || finer.Open[from] != klines.Open[bar] || finer.Close[to - 1] != klines.Close[bar])
            return false;
        double high = 0, low = double.PositiveInfinity;
        for (int i = from; i < to; i++)
            (high, low) = (Math.Max(high, finer.High[i]), Math.Min(low, finer.Low[i]));
        return high == klines.High[bar] && low == klines.Low[bar];
    }
}
