using Runnel.Backtesting;

namespace Runnel.Trading.Tests.Optimization;

public sealed class TrialBlockTests
{
    [Fact]
    public void Figures_come_back_to_the_bit_and_equal_ones_take_the_place_of_one()
    {
        TrialBlock block = new(3) { ["a"] = [1.0 / 3, double.NaN, -0.0], ["b"] = [7, 7, 7], ["c"] = [double.NaN, double.NaN, double.NaN] };

        byte[] bytes = block.ToBytes();
        TrialBlock read = TrialBlock.Parse(bytes);

        Assert.Equal(12 + (3 + 3 * 8) + 2 * (3 + 8), bytes.Length);
        Assert.Equal(["a", "b", "c"], read.Names);
        Assert.All(block.Names, name => Assert.Equal(block[name].Select(BitConverter.DoubleToInt64Bits), read[name].Select(BitConverter.DoubleToInt64Bits)));
    }

    [Fact]
    public void A_block_without_trials_and_bytes_that_are_none()
    {
        Assert.Equal(0, TrialBlock.Parse(new TrialBlock(0) { ["a"] = [] }.ToBytes()).Count);
        Assert.Contains("RTB1", Assert.Throws<RecordsException>(() => TrialBlock.Parse("something else"u8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_survive_their_columns()
    {
        BacktestStatistics statistics = new() { InitialEquity = 10_000, FinalEquity = 12_345.678901234567, Sharpe = 1.0 / 3, Sortino = null, Trades = 17, MaxDrawdownBar = 4711 };

        BacktestStatistics read = StatisticColumns.ToStatistics(
            StatisticColumns.Names.Select((name, i) => KeyValuePair.Create(name, StatisticColumns.Read(statistics, i))).Append(KeyValuePair.Create("of_a_newer_runnel", 1.0)));

        Assert.Equal(statistics, read);
        Assert.Equal(typeof(BacktestStatistics).GetProperties().Length, StatisticColumns.Names.Count);
    }
}
