using CsCheck;

namespace Runnel.MarketData.Tests;

public sealed class KlineIntervalTests
{
    [Theory]
    [InlineData("1", "1m")]
    [InlineData("1m", "1m")]
    [InlineData("60", "1h")]
    [InlineData("1H", "1h")]
    [InlineData("60m", "1h")]
    [InlineData("240", "4h")]
    [InlineData("720", "12h")]
    [InlineData("D", "1d")]
    [InlineData("1d", "1d")]
    [InlineData("w", "1w")]
    [InlineData("M", "1M")]
    [InlineData("1M", "1M")]
    [InlineData(" 15m ", "15m")]
    public void Knows_codes_and_friendly_names(string text, string name)
    {
        KlineInterval interval = KlineInterval.Parse(text);

        Assert.Equal(name, interval.Name);
    }

    [Theory]
    [InlineData("m")]
    [InlineData("7m")]
    [InlineData("")]
    [InlineData("-60")]
    [InlineData("Dm")]
    [InlineData("1 h")]
    public void Refuses_what_is_unknown_or_ambiguous_and_lists_what_is_known(string text)
    {
        FormatException error = Assert.Throws<FormatException>(() => KlineInterval.Parse(text));

        Assert.Contains($"'{text}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("1m, 3m, 5m", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1h", "2024-02-29T13:59:59Z", "2024-02-29T13:00:00Z", "2024-02-29T14:00:00Z")]
    [InlineData("1w", "2024-03-03T23:00:00Z", "2024-02-26T00:00:00Z", "2024-03-04T00:00:00Z")]
    [InlineData("1M", "2024-02-29T13:59:59Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z")]
    [InlineData("1M", "2023-12-31T23:59:59Z", "2023-12-01T00:00:00Z", "2024-01-01T00:00:00Z")]
    [InlineData("1w", "1969-12-31T00:00:00Z", "1969-12-29T00:00:00Z", "1970-01-05T00:00:00Z")]
    public void Floors_and_raises_to_bars_aligned_in_utc(string name, string moment, string floor, string ceiling)
    {
        KlineInterval interval = KlineInterval.Parse(name);
        long time = Requests.Time(moment).ToUnixTimeMilliseconds();

        Assert.Equal(Requests.Time(floor).ToUnixTimeMilliseconds(), interval.Floor(time));
        Assert.Equal(Requests.Time(ceiling).ToUnixTimeMilliseconds(), interval.Ceiling(time));
        Assert.Equal(interval.Floor(time), interval.Ceiling(interval.Floor(time)));
    }

    [Fact]
    public void A_moment_is_in_the_bar_it_is_floored_to()
    {
        Gen.Select(Gen.Int[0, KlineInterval.All.Count - 1], Gen.Long[-1_000_000_000_000, 4_000_000_000_000]).Sample((index, time) =>
        {
            KlineInterval interval = KlineInterval.All[index];
            long floor = interval.Floor(time);
            return floor <= time && time < interval.Add(floor, 1) && interval.Floor(floor) == floor && interval.CountBetween(floor, interval.Add(floor, 7)) == 7;
        });
    }
}
