using Runnel.Backtesting;

namespace Runnel.MarketData.Tests.Store;

internal static class Series
{
    public static KlineSeries Minutes { get; } = new(KlineCategory.Linear, "AAAUSDT", KlineInterval.OneMinute);

    public static TimeRange Range(string from, string to) => new(Requests.Time(from).ToUnixTimeMilliseconds(), Requests.Time(to).ToUnixTimeMilliseconds());

    /// <summary>Bars at the given open times whose prices tell the time, so that a swap of two would show.</summary>
    public static Klines At(IEnumerable<long> times, double basis = 100)
    {
        long[] open = [.. times];
        double[] prices = [.. open.Select(t => Math.Round(basis + (t / 60_000 % 1_000 / 10.0), 1))];
        return new Klines("AAAUSDT", open, prices, [.. prices.Select(p => p + 1)], [.. prices.Select(p => p - 1)], prices, [.. open.Select(t => t / 60_000 % 7 / 8.0)]);
    }

    public static Klines Every(TimeRange range, KlineInterval interval, double basis = 100)
    {
        List<long> times = [];
        for (long at = interval.Ceiling(range.From); at < range.To; at = interval.Add(at, 1))
            times.Add(at);
        return At(times, basis);
    }

    public static void Same(Klines expected, Klines? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.OpenTimes.ToArray(), actual.OpenTimes.ToArray());
        Assert.Equal(Bits(expected.Open), Bits(actual.Open));
        Assert.Equal(Bits(expected.High), Bits(actual.High));
        Assert.Equal(Bits(expected.Low), Bits(actual.Low));
        Assert.Equal(Bits(expected.Close), Bits(actual.Close));
        Assert.Equal(Bits(expected.Volume), Bits(actual.Volume));
    }

    private static long[] Bits(ReadOnlySpan<double> values) => [.. values.ToArray().Select(BitConverter.DoubleToInt64Bits)];
}
