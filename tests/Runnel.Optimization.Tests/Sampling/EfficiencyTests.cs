using Runnel.TestKit;

namespace Runnel.Optimization.Tests.Sampling;

/// <summary>What the adaptive methods find in 200 trials beside random search, medians over 20 seeds: what random search does not find in 600 on Branin and on
/// real strategies with three parameters. On the rugged surface of a crossover with two parameters they need as many as random search: it has no slope to learn from.</summary>
public sealed class EfficiencyTests(SmaSurface surface) : IClassFixture<SmaSurface>
{
    private const int Seeds = 20;

    private static readonly StrategySurface Macd = new(
        "bybit-linear-ETHUSDT-60", "macd", new([new IntParameter("fast", 2, 60), new IntParameter("slow", 10, 200), new IntParameter("signal", 2, 60)], ["fast < slow"]));

    private static readonly StrategySurface AtrTrailing = new(
        "bybit-linear-BTCUSDT-60", "atr_trailing", new([new IntParameter("n", 5, 300), new IntParameter("atr", 2, 60), new FloatParameter("k", 0.5, 10, 0.1)]));

    public static TheoryData<string> Methods { get; } = ["tpe", "cma-es"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Reaches_on_branin_in_200_trials_what_random_does_not_in_600(string method) => Compare(method, TestFunctions.BraninSpace, TestFunctions.Branin, 600);

    [Theory]
    [InlineData("tpe", "macd")]
    [InlineData("tpe", "atr_trailing")]
    [InlineData("cma-es", "macd")]
    [InlineData("cma-es", "atr_trailing")]
    public void Reaches_on_a_real_strategy_with_three_parameters_in_200_trials_what_random_does_not_in_600(string method, string strategy)
    {
        Assert.SkipWhen(TestFolders.Shared is null, TestFolders.NoShared);
        StrategySurface real = strategy == "macd" ? Macd : AtrTrailing;

        Compare(method, real.Space, real.Loss, 600);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Finds_on_a_strategy_surface_at_least_what_random_finds_in_as_many_trials(string method)
    {
        Assert.SkipWhen(TestFolders.Shared is null, TestFolders.NoShared);

        Compare(method, SmaSurface.Space, surface.Loss, 200);
    }

    private static void Compare(string method, ParameterSpace space, Function function, int randomTrials)
    {
        double[] found = new double[Seeds], random = new double[Seeds];
        Parallel.For(0, Seeds, seed =>
        {
            Sampler sampler = method == "tpe"
                ? new TpeSampler(space, new TpeOptions { Direction = Direction.Minimize, Seed = (ulong)seed })
                : new CmaEsSampler(space, new CmaEsOptions { Direction = Direction.Minimize, Seed = (ulong)seed });
            found[seed] = Search.Lowest(sampler, function, 200);
            random[seed] = Search.Lowest(new RandomSampler(space, (ulong)seed), function, randomTrials);
        });

        TestContext.Current.TestOutputHelper!.WriteLine($"{method}: median {Search.Median(found):R}, random {Search.Median(random):R}; worst {found.Max():R}, random {random.Max():R}, random best {random.Min():R}; found {string.Join(' ', found.Select(f => f.ToString("F4")))}");
        Assert.True(Search.Median(found) <= Search.Median(random), $"median of {method} after 200: {Search.Median(found):R}; of random after {randomTrials}: {Search.Median(random):R}");
    }
}
