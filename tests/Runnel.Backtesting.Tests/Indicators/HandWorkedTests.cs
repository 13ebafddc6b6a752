namespace Runnel.Backtesting.Tests;

/// <summary>Indicators that the shared oracles do not cover, against numbers worked out by hand from their definitions.</summary>
public sealed class HandWorkedTests
{
    private const double Day = 24;

    [Fact]
    public void Momentum_and_rate_of_change_look_n_bars_back()
    {
        Assert.Equal([double.NaN, double.NaN, 2, 3], All([10, 11, 12, 14], new Momentum(2).Next));
        Assert.Equal([double.NaN, double.NaN, 20, 10], All([10, 20, 12, 22], new Roc(2).Next), (a, b) => Same(a, b));
    }

    [Fact]
    public void Double_and_triple_averages_combine_averages_of_averages()
    {
        // Period 3, factor 1/2 on 8, 16: EMA 8, 12; EMA of it 8, 10; again 8, 9.
        Assert.Equal([8, 2 * 12 - 10], All([8, 16], new Dema(3).Next));
        Assert.Equal([8, 3 * 12 - 3 * 10 + 9], All([8, 16], new Tema(3).Next));
    }

    [Fact]
    public void The_hull_average_of_a_straight_line_lies_on_it()
    {
        double[] values = All([.. Enumerable.Range(0, 30).Select(i => 5.0 + 2 * i)], new Hma(16).Next);

        // WMA(n) of a line lags (n - 1) / 3 bars: 2 * WMA(8) - WMA(16) leads 1/3 bar, WMA(4) lags 1 bar.
        Assert.All(values.Skip(18).Select((v, i) => (v, Bar: i + 18)), x => Assert.Equal(5 + 2 * (x.Bar + 1 / 3.0 - 1), x.v, 1e-9));
    }

    [Fact]
    public void A_regression_finds_the_line_through_points()
    {
        LinearRegression regression = new(3);
        regression.Next(1);
        regression.Next(3);

        Assert.Equal(new LinearRegressionValue(5, 2), regression.Next(5)); // exactly on the line
        Assert.Equal(new LinearRegressionValue(4.5, 0.5), regression.Next(4)); // 3, 5, 4: mean 4, slope 1/2, end 4.5
    }

    [Fact]
    public void Williams_measures_from_the_top_of_the_range()
    {
        WilliamsR williams = new(2);
        williams.Next(10, 6, 8);

        Assert.Equal(-25, williams.Next(9, 5, 8.75)); // range 5 to 10
    }

    [Fact]
    public void The_money_flow_index_weighs_rising_against_falling_flow()
    {
        Mfi mfi = new(2);
        mfi.Next(10, 10, 10, 1);
        mfi.Next(12, 12, 12, 5); // rising: 60

        Assert.Equal(75, mfi.Next(10, 10, 10, 2)); // falling: 20; 60 / (60 + 20)
    }

    [Fact]
    public void The_parabolic_stop_speeds_up_at_new_extremes_and_turns_when_hit()
    {
        ParabolicSar sar = new(0.02, 0.2);
        double[] stops = [sar.Next(11, 10), sar.Next(12, 11), sar.Next(14, 12), sar.Next(13, 12), sar.Next(12, 9)];

        // Starts at the low 10 with the extreme 12; + 0.02 * 2, held at the low of bar 0: 10; extreme 14, speed 0.04; 10 + 0.04 * 4; then hit.
        Assert.Equal([double.NaN, 10, 10, 10.16, 14], stops, (a, b) => Same(a, b));
    }

    [Fact]
    public void Keltner_adds_ranges_to_the_average()
    {
        Keltner keltner = new(3, 1, 2);
        keltner.Next(9, 7, 8);

        Assert.Equal(new BandValue(12 + 2 * 9, 12, 12 - 2 * 9), keltner.Next(17, 15, 16)); // true range 17 - 8
    }

    [Fact]
    public void The_stochastic_of_the_rsi_is_in_the_middle_where_the_rsi_stands_still()
    {
        StochRsi stochastic = new(2, 2, 1, 1);
        double[] k = All([1, 2, 3, 4, 5, 4], v => stochastic.Next(v).K);

        Assert.Equal([double.NaN, double.NaN, double.NaN, 50, 50, 0], k);
    }

    [Fact]
    public void The_cloud_is_drawn_as_many_bars_later_as_the_base_line_has()
    {
        Ichimoku ichimoku = new(1, 2, 3);
        IchimokuValue[] values = [.. Enumerable.Range(0, 6).Select(i => ichimoku.Next(i + 1, i))];

        Assert.Equal((5.5, 5.0), (values[5].Conversion, values[5].Base));
        Assert.Equal((3.5 + 3.0) / 2, values[5].SpanA); // of bar 3
        Assert.Equal(2.5, values[5].SpanB); // bars 1 to 3: 1 to 4
    }

    [Fact]
    public void Pivots_come_from_the_day_before()
    {
        PivotPoints pivots = new();
        long hour = Bars.Hour;
        pivots.Next(0, 10, 8, 9);
        pivots.Next((long)(Day - 1) * hour, 12, 9, 9);

        Assert.Equal(new PivotValue(29 / 3.0, 2 * 29 / 3.0 - 8, 2 * 29 / 3.0 - 12, 29 / 3.0 + 4, 29 / 3.0 - 4, 12 + 2 * (29 / 3.0 - 8), 8 - 2 * (12 - 29 / 3.0)),
            pivots.Next((long)Day * hour, 50, 40, 45));
    }

    private static double[] All(double[] values, Func<double, double> next) => [.. values.Select(next)];

    private static bool Same(double expected, double actual) => double.IsNaN(expected) ? double.IsNaN(actual) : Math.Abs(expected - actual) < 1e-9;
}
