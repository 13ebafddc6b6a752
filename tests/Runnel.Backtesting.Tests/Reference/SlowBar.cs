namespace Runnel.Backtesting.Tests;

/// <summary>Prices of a bar, or of a part of one, in the reference engine.</summary>
internal sealed record SlowBar(decimal Open, decimal High, decimal Low, decimal Close)
{
    public static SlowBar Of(Klines klines, int bar) =>
        new((decimal)klines.Open[bar], (decimal)klines.High[bar], (decimal)klines.Low[bar], (decimal)klines.Close[bar]);

    /// <summary>The bars of a shorter interval that make a bar up; the bar alone where they do not.</summary>
    public static SlowBar[] Parts(Klines klines, int bar, Klines? finer)
    {
        SlowBar whole = Of(klines, bar);
        if (finer is null)
            return [whole];
        long length = Enumerable.Range(1, klines.Count - 1).Min(i => klines.OpenTimes[i] - klines.OpenTimes[i - 1]);
        long end = bar + 1 < klines.Count ? klines.OpenTimes[bar + 1] : klines.OpenTimes[bar] + length;
        SlowBar[] parts = [.. Enumerable.Range(0, finer.Count).Where(i => finer.OpenTimes[i] >= klines.OpenTimes[bar] && finer.OpenTimes[i] < end).Select(i => Of(finer, i))];
        return parts.Length > 0 && new SlowBar(parts[0].Open, parts.Max(p => p.High), parts.Min(p => p.Low), parts[^1].Close) == whole ? parts : [whole];
    }

    /// <summary>The corners of the path that the fill model assumes.</summary>
    public decimal[] Path()
    {
        bool lowFirst = High - Open == Open - Low ? Close >= Open : Open - Low < High - Open;
        return lowFirst ? [Open, Low, High, Close] : [Open, High, Low, Close];
    }
}
