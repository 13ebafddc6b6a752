namespace Runnel.Backtesting.Tests;

public sealed class IndicatorTests
{
    public static TheoryData<string> Names => [.. IndicatorForms.All.Select(i => i.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gives_the_same_bits_for_a_series_and_value_by_value(string name)
    {
        IndicatorForms indicator = Find(name);
        Klines klines = RandomMarket.Create(bars: 1000, seed: 11);

        double[][] batch = indicator.Batch(klines), incremental = indicator.Incremental(klines);

        Assert.Equal(batch, incremental);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Has_values_from_the_stated_bar_on_and_none_before(string name)
    {
        IndicatorForms indicator = Find(name);

        double[][] columns = indicator.Batch(RandomMarket.Create(bars: 300, seed: 5));

        for (int column = 0; column < columns.Length; column++)
        {
            Assert.All(columns[column][..indicator.FirstBars[column]], value => Assert.Equal(double.NaN, value));
            Assert.All(columns[column][indicator.FirstBars[column]..], value => Assert.True(double.IsFinite(value)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Does_not_change_when_later_bars_come(string name)
    {
        IndicatorForms indicator = Find(name);
        Klines klines = RandomMarket.Create(bars: 400, seed: 8);

        double[][] whole = indicator.Batch(klines), cut = indicator.Batch(klines.Slice(0, 217));

        for (int column = 0; column < whole.Length; column++)
            Assert.Equal(whole[column][..217], cut[column]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Takes_a_series_that_is_shorter_than_the_window(string name)
    {
        IndicatorForms indicator = Find(name);

        Assert.All(indicator.Batch(RandomMarket.Create(bars: 2, seed: 1)), column => Assert.Equal(2, column.Length));
        Assert.All(indicator.Batch(RandomMarket.Create(bars: 0, seed: 1)), Assert.Empty);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(49)]
    [InlineData(500)]
    public void Averages_equal_prices_to_that_price_exactly_after_any_history(int period)
    {
        double[] values = [.. RandomMarket.Create(bars: 2000, seed: 3, tick: 0.1).Close, .. Enumerable.Repeat(0.1 + 0.2, 600)];
        double[] means = new double[values.Length], deviations = new double[values.Length], averages = new double[600];

        Sma.Compute(values, period, means);
        StandardDeviation.Compute(values, period, deviations);
        Ema.Compute(values.AsSpan(2000), period, averages);

        Assert.Equal(0.1 + 0.2, means[^1]);
        Assert.Equal(0, deviations[^1]);
        Assert.All(averages, average => Assert.Equal(0.1 + 0.2, average));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(50)]
    public void Agrees_with_the_plain_definition_over_each_window(int period)
    {
        double[] source = RandomMarket.Create(bars: 500, seed: 21).Close.ToArray();
        double[] mean = new double[500], deviation = new double[500], highest = new double[500], lowest = new double[500], weighted = new double[500];

        Sma.Compute(source, period, mean);
        StandardDeviation.Compute(source, period, deviation);
        Highest.Compute(source, period, highest);
        Lowest.Compute(source, period, lowest);
        Wma.Compute(source, period, weighted);

        for (int i = period - 1; i < source.Length; i++)
        {
            double[] window = source[(i - period + 1)..(i + 1)];
            Assert.Equal(window.Average(), mean[i], 1e-9);
            Assert.Equal(Math.Sqrt(window.Average(v => (v - window.Average()) * (v - window.Average()))), deviation[i], 1e-9);
            Assert.Equal(window.Max(), highest[i]);
            Assert.Equal(window.Min(), lowest[i]);
            Assert.Equal(window.Select((v, k) => v * (k + 1)).Sum() / Enumerable.Range(1, period).Sum(), weighted[i], 1e-9);
        }
    }

    [Fact]
    public void Refuses_a_period_below_1_and_lengths_that_differ()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sma(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ema.Compute([1, 2], 0, new double[2]));
        Assert.Throws<ArgumentException>(() => Ema.Compute([1, 2], 1, new double[3]));
        Assert.Throws<ArgumentException>(() => Atr.Compute([1, 2], [1, 2], [1], 1, new double[2]));
    }

    private static IndicatorForms Find(string name) => IndicatorForms.All.Single(i => i.Name == name);
}
