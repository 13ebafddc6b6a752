using Runnel.Backtesting;

namespace Runnel.Optimization.Tests.Sampling;

public sealed class SearchMethodsTests
{
    private static readonly ParameterSpace Space = new([new IntParameter("x", 0, 9)]);

    [Fact]
    public void Every_name_gives_a_sampler_that_asks_for_points_of_the_space() => Assert.All(SearchMethods.Names, name =>
        Assert.All(SearchMethods.Create(name, Space, new SearchOptions { Trials = 10 }).Ask(5), trial => Space.Check(trial.Point)));

    [Theory]
    [InlineData("Bayesian", typeof(TpeSampler))]
    [InlineData("CMA-ES", typeof(CmaEsSampler))]
    [InlineData("latin_hypercube", typeof(LatinHypercubeSampler))]
    public void Other_spellings_are_understood(string name, Type type) => Assert.IsType(type, SearchMethods.Create(name, Space));

    [Fact]
    public void Refuses_an_unknown_method_and_several_metrics_where_one_is_taken()
    {
        Assert.Equal("method", Assert.Throws<BacktestInputException>(() => SearchMethods.Create("gird", Space)).Field);
        Assert.Equal("metric", Assert.Throws<BacktestInputException>(
            () => SearchMethods.Create("tpe", Space, new SearchOptions { Directions = [Direction.Maximize, Direction.Minimize] })).Field);
        Assert.Equal("population", Assert.Throws<BacktestInputException>(() => SearchMethods.Create("cma_es", Space, new SearchOptions { Parallel = 2 })).Field);
    }
}
