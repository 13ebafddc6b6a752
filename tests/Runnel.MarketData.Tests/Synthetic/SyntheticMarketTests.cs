using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Runnel.Backtesting;
using Runnel.Numerics;

namespace Runnel.MarketData.Tests.Synthetic;

public sealed class SyntheticMarketTests
{
    [Fact]
    public void Draws_the_published_numbers_of_its_generator()
    {
        // The first three for the seed 0 put through SplitMix64, as other implementations of xoshiro256** give them.
        Xoshiro random = new(0);

        ulong[] first = [random.Next(), random.Next(), random.Next()];

        Assert.Equal([0x99ec5f36cb75f2b4UL, 0xbf6e1f784956452aUL, 0x1a5f849d4933e6e0UL], first);
    }

    [Fact]
    public async Task Is_the_same_to_the_bit_everywhere()
    {
        Klines klines = await LoadAsync(7, "BTCUSDT", "1h", "2020-01-01", "2025-01-01");

        Assert.Equal(43_848, klines.Count);
        Assert.Equal("34C37F87DE2DF4B419E83E7CFF0AFB7687A4B497803717CB7CEA9B2D03FC9E2D", Hash(klines));
    }

    [Fact]
    public async Task Every_range_and_interval_is_a_window_on_one_market()
    {
        Klines minutes = await LoadAsync(7, "ETHUSDT", "1m", "2021-02-28", "2021-03-02");
        Klines hours = await LoadAsync(7, "ETHUSDT", "1h", "2021-03-01", "2021-03-02");

        Assert.Equal(24, hours.Count);
        for (int i = 0; i < hours.Count; i++)
        {
            Range range = (1_440 + (i * 60))..(1_440 + ((i + 1) * 60));
            Assert.Equal(minutes.OpenTimes[range][0], hours.OpenTimes[i]);
            Assert.Equal(minutes.Open[range][0], hours.Open[i]);
            Assert.Equal(minutes.High[range].ToArray().Max(), hours.High[i]);
            Assert.Equal(minutes.Low[range].ToArray().Min(), hours.Low[i]);
            Assert.Equal(minutes.Close[range][^1], hours.Close[i]);
        }
    }

    [Fact]
    public async Task Seeds_and_symbols_are_different_markets()
    {
        Klines[] all =
        [
            await LoadAsync(1, "BTCUSDT", "1d", "2020-01-01", "2021-01-01"),
            await LoadAsync(2, "BTCUSDT", "1d", "2020-01-01", "2021-01-01"),
            await LoadAsync(1, "ETHUSDT", "1d", "2020-01-01", "2021-01-01"),
        ];

        Assert.Equal(3, all.Select(Hash).Distinct().Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(42)]
    public async Task Behaves_like_a_market(long seed)
    {
        Klines klines = await LoadAsync(seed, "BTCUSDT", "1h", "2020-01-01", "2025-01-01");
        double[] returns = [.. Enumerable.Range(1, klines.Count - 1).Select(i => (klines.Close[i] / klines.Close[i - 1]) - 1)];

        double yearly = Deviation(returns) * Math.Sqrt(8_760);
        double kurtosis = returns.Average(r => Math.Pow(r, 4)) / Math.Pow(returns.Average(r => r * r), 2);
        double clustering = Correlation([.. returns.Select(Math.Abs)], lag: 1);

        Assert.InRange(yearly, 0.25, 1.2);
        Assert.InRange(kurtosis, 5, 500);
        Assert.InRange(clustering, 0.1, 0.9);
        Assert.InRange(klines.Close.ToArray().Min(), 500, 200_000);
        Assert.InRange(klines.Close.ToArray().Max(), 7_000, 500_000);
        Assert.Contains(returns, r => Math.Abs(r) > 0.03);
    }

    [Fact]
    public async Task Has_no_bar_before_2020()
    {
        Klines weeks = await LoadAsync(7, "BTCUSDT", "1w", "2019-01-01", "2020-02-01");

        Assert.Equal(Requests.Time("2020-01-06").ToUnixTimeMilliseconds(), weeks.OpenTimes[0]);
        await Assert.ThrowsAsync<KlinesNotFoundException>(() => LoadAsync(7, "BTCUSDT", "1w", "2019-01-01", "2020-01-01"));
    }

    private static async Task<Klines> LoadAsync(long seed, string symbol, string interval, string from, string to)
    {
        KlineData data = await new SyntheticMarket(seed, new KlineCache()).LoadAsync(Requests.Of(symbol, interval, from, to), TestContext.Current.CancellationToken);
        Assert.True(data.IsSynthetic);
        Assert.Contains("synthetic", data.Source, StringComparison.Ordinal);
        return data.Klines;
    }

    private static string Hash(Klines k) => Convert.ToHexString(SHA256.HashData([.. MemoryMarshal.AsBytes(k.OpenTimes), .. MemoryMarshal.AsBytes(k.Open),
        .. MemoryMarshal.AsBytes(k.High), .. MemoryMarshal.AsBytes(k.Low), .. MemoryMarshal.AsBytes(k.Close), .. MemoryMarshal.AsBytes(k.Volume)]));

    private static double Deviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
    }

    private static double Correlation(double[] values, int lag)
    {
        double mean = values.Average();
        double common = Enumerable.Range(lag, values.Length - lag).Average(i => (values[i] - mean) * (values[i - lag] - mean));
        return common / values.Average(v => (v - mean) * (v - mean));
    }
}
