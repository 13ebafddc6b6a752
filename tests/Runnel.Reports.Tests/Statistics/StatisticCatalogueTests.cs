using Runnel.Backtesting;

namespace Runnel.Reports.Tests.Statistics;

public sealed class StatisticCatalogueTests
{
    [Fact]
    public void Every_figure_of_the_engine_is_in_it_once()
    {
        string[] figures = [.. new[] { typeof(BacktestStatistics), typeof(DetailedStatistics) }.SelectMany(t => t.GetProperties()).Select(p => p.Name).Order()];

        Assert.Equal(figures, StatisticCatalogue.All.Select(s => s.Name).Order());
    }

    [Fact]
    public void Each_shows_the_number_of_the_member_that_it_names()
    {
        BacktestReport report = SampleReport.Create();

        foreach (Statistic statistic in StatisticCatalogue.All)
        {
            double? shown = statistic.Of(report.Result.Statistics, report.Detailed);
            object?[] held = [.. new object[] { report.Result.Statistics, report.Detailed }.SelectMany(o => o.GetType().GetProperties().Where(p => p.Name == statistic.Name).Select(p => p.GetValue(o)))];
            Assert.Contains(shown, held.Select(value => value is TimeSpan span ? span.TotalMilliseconds : value is null ? null : (double?)Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture)));
        }
    }

    [Fact]
    public void Those_of_one_group_stand_together_and_no_two_share_a_label()
    {
        string[] groups = [.. StatisticCatalogue.All.Select(s => s.Group)];

        Assert.Equal(groups.Distinct().Count(), 1 + groups.Zip(groups.Skip(1)).Count(pair => pair.First != pair.Second));
        Assert.All(StatisticCatalogue.All.GroupBy(s => (s.Group, s.Label)), same => Assert.Single(same));
        Assert.All(StatisticCatalogue.All, s => Assert.EndsWith(".", s.Definition, StringComparison.Ordinal));
    }
}
