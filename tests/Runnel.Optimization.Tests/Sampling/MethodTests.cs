namespace Runnel.Optimization.Tests.Sampling;

/// <summary>Each method on functions with published optima, beside random search with as many trials; medians over seeds.</summary>
public sealed class MethodTests
{
    public static TheoryData<string> Adaptive { get; } = ["tpe", "cma-es", "genetic"];

    private static Sampler Create(string method, ParameterSpace space, ulong seed) => method switch
    {
        "tpe" => new TpeSampler(space, new TpeOptions { Direction = Direction.Minimize, Seed = seed }),
        "cma-es" => new CmaEsSampler(space, new CmaEsOptions { Direction = Direction.Minimize, Seed = seed }),
        "genetic" => new GeneticSampler(space, new GeneticOptions { Directions = [Direction.Minimize], Seed = seed, Population = 20 }),
        "sobol" => new SobolSampler(space, seed),
        "lhs" => new LatinHypercubeSampler(space, 200, seed),
        _ => new RandomSampler(space, seed),
    };

    private static double Median(string method, ParameterSpace space, Function function, int trials, int seeds = 7) =>
        Search.Median(Enumerable.Range(0, seeds).Select(seed => Search.Lowest(Create(method, space, (ulong)seed), function, trials)));

    [Theory]
    [MemberData(nameof(Adaptive))]
    public void Beats_random_search_on_the_sphere(string method)
    {
        ParameterSpace space = TestFunctions.Cube(4, -5, 5);

        Assert.True(Median(method, space, TestFunctions.Sphere, 200) < 0.5 * Median("random", space, TestFunctions.Sphere, 200));
    }

    [Theory]
    [MemberData(nameof(Adaptive))]
    public void Beats_random_search_on_rosenbrock(string method)
    {
        ParameterSpace space = TestFunctions.Cube(2, -5, 10);

        Assert.True(Median(method, space, TestFunctions.Rosenbrock, 300) < Median("random", space, TestFunctions.Rosenbrock, 300));
    }

    [Theory]
    [MemberData(nameof(Adaptive))]
    public void Beats_random_search_on_rastrigin(string method)
    {
        ParameterSpace space = TestFunctions.Cube(2, -5.12, 5.12);

        Assert.True(Median(method, space, TestFunctions.Rastrigin, 300) < Median("random", space, TestFunctions.Rastrigin, 300));
    }

    [Fact]
    public void Cma_es_finds_the_published_minima()
    {
        Assert.Equal(0.397887, Search.Lowest(Create("cma-es", TestFunctions.BraninSpace, 1), TestFunctions.Branin, 400), 1e-5);
        Assert.Equal(0, Search.Lowest(Create("cma-es", TestFunctions.Cube(4, -5, 5), 1), TestFunctions.Sphere, 1000), 1e-9);
        Assert.Equal(0, Search.Lowest(Create("cma-es", TestFunctions.Cube(4, -5, 10), 1), TestFunctions.Rosenbrock, 4000), 1e-6);
        Assert.Equal(0, Search.Lowest(Create("cma-es", TestFunctions.Cube(2, -5.12, 5.12), 1), TestFunctions.Rastrigin, 4000), 1e-6);
    }

    [Theory]
    [InlineData("tpe", 400, 0.01)]
    [InlineData("genetic", 2000, 0.01)]
    public void Comes_near_the_published_minimum_of_branin(string method, int trials, double off) =>
        Assert.InRange(Search.Lowest(Create(method, TestFunctions.BraninSpace, 2), TestFunctions.Branin, trials), 0.397887, 0.397887 + off);

    [Theory]
    [InlineData("sobol")]
    [InlineData("lhs")]
    public void Even_samples_integrate_more_exactly_than_random_ones(string method)
    {
        ParameterSpace space = TestFunctions.Cube(3, 0, 1);
        double Error(string m) => Search.Median(Enumerable.Range(0, 11).Select(seed =>
            Math.Abs(Search.Losses(Create(m, space, (ulong)seed), TestFunctions.Sphere, 200).Average() - 1))); // the integral is 3 * 1 / 3

        Assert.True(Error(method) < 0.3 * Error("random"), $"{Error(method)} beside {Error("random")}");
    }

    [Fact]
    public void Nsga2_reaches_the_published_front_of_zdt1()
    {
        ParameterSpace space = TestFunctions.Cube(30, 0, 1);
        GeneticSampler sampler = new(space, new GeneticOptions { Directions = [Direction.Minimize, Direction.Minimize], Population = 100, Seed = 1 });
        List<TrialResult> results = [];
        while (results.Count < 25_000) // evaluations of the paper
        {
            TrialResult[] told = [.. sampler.Ask(100).Select(t => TestFunctions.Zdt1(t.Point.Numbers) is var (f, s) ? new TrialResult(t.Number, f, s) : null!)];
            sampler.Tell(told);
            results.AddRange(told);
        }

        IReadOnlyList<TrialResult> front = ParetoFront.Of(results[^200..], [Direction.Minimize, Direction.Minimize]);
        double[] distances = [.. front.Select(r => r.Values[1] - (1 - Math.Sqrt(r.Values[0])))];

        Assert.True(front.Count >= 50, $"{front.Count} on the front");
        Assert.InRange(distances.Average(), 0, 0.0335); // the paper's convergence measure on ZDT1, which is a distance in the plane and so no larger
        Assert.InRange(ParetoFront.Hypervolume(front.Select(r => (r.Values[0], r.Values[1])), (1.1, 1.1)), 0.82, 0.8767); // of the true front: 1.21 - 1 / 3
    }

    [Fact]
    public void Tpe_learns_choices_conditions_and_logarithms()
    {
        ParameterSpace space = new([new ChoiceParameter("kind", [ParameterValue.Of("a"), ParameterValue.Of("b"), ParameterValue.Of("c"), ParameterValue.Of("d")]),
            new FloatParameter("rate", 1e-6, 1, log: true), new IntParameter("depth", 1, 30) { When = "kind == 'c'" }]);
        static double Loss(ReadOnlySpan<double> x) => (x[0] == 2 ? Math.Abs(x[2] - 21) / 10 : 3 + x[0]) + Math.Abs(Math.Log10(x[1]) + 4);

        double[] tpe = [.. Enumerable.Range(0, 7).Select(s => Search.Lowest(Create("tpe", space, (ulong)s), Loss, 150))];
        double[] random = [.. Enumerable.Range(0, 7).Select(s => Search.Lowest(Create("random", space, (ulong)s), Loss, 450))];

        Assert.True(Search.Median(tpe) < Search.Median(random), $"{Search.Median(tpe)} beside {Search.Median(random)}");
    }

    [Fact]
    public void Tpe_does_not_ask_for_a_point_twice_while_others_are_left()
    {
        ParameterSpace space = new([new IntParameter("x", 1, 20), new IntParameter("y", 1, 20)]);

        List<(Trial Trial, double Loss)> trials = Search.Run(Create("tpe", space, 3), x => Math.Abs(x[0] - 7) + Math.Abs(x[1] - 3), 150);

        Assert.True(trials.Skip(16).Select(t => t.Trial.Point).Distinct().Count() >= 130);
        Assert.Equal(0, trials.Min(t => t.Loss));
    }

    [Theory]
    [MemberData(nameof(Adaptive))]
    public void Survives_trials_that_fail_even_all(string method)
    {
        ParameterSpace space = TestFunctions.Cube(3, -1, 1);

        double[] all = Search.Losses(Create(method, space, 1), _ => double.NaN, 300);
        double[] some = Search.Losses(Create(method, space, 1), x => x[0] > 0 ? double.NaN : TestFunctions.Sphere(x), 300);

        Assert.All(all, loss => Assert.True(double.IsNaN(loss)));
        Assert.InRange(some.Where(double.IsFinite).Min(), 0, 0.2);
    }

    [Theory]
    [MemberData(nameof(Adaptive))]
    public void Every_point_meets_the_space_its_conditions_and_its_constraints(string method)
    {
        ParameterSpace space = new([new IntParameter("fast", 2, 50), new IntParameter("slow", 10, 200, 10), new FloatParameter("k", 0.5, 3, 0.25),
            new ChoiceParameter("exit", [ParameterValue.Of("none"), ParameterValue.Of("trail")]), new FloatParameter("trail", 0.01, 0.5, log: true) { When = "exit == 'trail'" }],
            ["2 * fast < slow", "trail < 0.4"]);

        List<(Trial Trial, double Loss)> trials = Search.Run(Create(method, space, 5), x => -x[0] / x[1] + (double.IsNaN(x[4]) ? 1 : x[4]), 200);

        Assert.All(trials, t => space.Check(t.Trial.Point));
    }
}
