using Runnel.Backtesting;
using Runnel.MarketData.Tests.Store;

namespace Runnel.MarketData.Tests.Funding;

internal static class Payments
{
    private const long Hour = 3_600_000;

    public static FundingSeries Series { get; } = new(KlineCategory.Linear, "AAAUSDT");

    /// <summary>Payments every some hours whose rates tell the time, some of them negative, with up to eight decimals.</summary>
    public static FundingRates Every(int hours, string from, string to)
    {
        TimeRange range = Store.Series.Range(from, to);
        long[] times = [.. Enumerable.Range(0, (int)((range.To - range.From + (hours * Hour) - 1) / (hours * Hour))).Select(i => range.From + (i * hours * Hour))];
        return new FundingRates(times, [.. times.Select(t => ((t / Hour % 997) - 500) / 1e8)]);
    }

    public static FundingRequest Of(string from, string to) => new(Series, Requests.Time(from), Requests.Time(to));

    public static void Same(FundingRates expected, FundingRates actual)
    {
        Assert.Equal(expected.Times.ToArray(), actual.Times.ToArray());
        Assert.Equal(expected.Rates.ToArray().Select(BitConverter.DoubleToInt64Bits), actual.Rates.ToArray().Select(BitConverter.DoubleToInt64Bits));
    }
}
