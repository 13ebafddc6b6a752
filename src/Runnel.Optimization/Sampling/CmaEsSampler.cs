using Runnel.Backtesting;
using Runnel.Numerics;

namespace Runnel.Optimization;

/// <summary>Covariance matrix adaptation: a normal distribution that moves to, and takes the shape of, the region of the best trials; restarts with a
/// larger population where it has converged. For continuous or finely stepped parameters that depend on one another; for choices and
/// conditions use <see cref="TpeSampler"/>.</summary>
/// <remarks>Source: N. Hansen, The CMA Evolution Strategy: A Tutorial, arXiv 1604.00772; restarts as in A. Auger and N. Hansen, A Restart CMA Evolution
/// Strategy With Increasing Population Size, CEC 2005. Works in the unit cube, mirrored at its walls; a stepped parameter keeps a standard
/// deviation of at least 0.3 steps, as after N. Hansen, A CMA-ES for Mixed-Integer Nonlinear Optimization, INRIA RR-7751, 2011.</remarks>
public sealed class CmaEsSampler : GenerationalSampler
{
    private readonly CmaEsOptions options;
    private readonly double[] narrowest;
    private double[][] drawn = [];
    private CmaEsState state;
    private int restarts;

    /// <summary>A search.</summary>
    /// <param name="space">What may be tried.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="BacktestInputException">An option is out of range.</exception>
    public CmaEsSampler(ParameterSpace space, CmaEsOptions? options = null)
        : base(space, [(options ??= new CmaEsOptions()).Direction], lag: 0)
    {
        if (options.Population != 0)
            InputCheck.AtLeast("population", options.Population, 4);
        InputCheck.Within("sigma", options.Sigma, 0.001, 1);
        InputCheck.Within("restart_factor", options.RestartFactor, 1, 10);
        this.options = options;
        narrowest = [.. space.Parameters.Select(p => p.Count is { } count ? 0.3 / count : 0)];
        int population = options.Population != 0 ? options.Population : 4 + (int)(3 * PortableMath.Log(space.Parameters.Count));
        state = new CmaEsState([.. space.Parameters.Select(_ => 0.5)], options.Sigma, population);
    }

    private protected override IReadOnlyList<Point> Next(int generation)
    {
        Xoshiro random = new(Streams.Of(options.Seed, generation));
        if (state.HasConverged)
            Restart(ref random);
        Point[] points = new Point[state.Population];
        drawn = new double[points.Length][];
        for (int i = 0; i < points.Length; i++)
            (drawn[i], points[i]) = Draw(ref random);
        return points;
    }

    private protected override void Learn(IReadOnlyList<Scored> trials)
    {
        int[] best = [.. Enumerable.Range(0, trials.Count).OrderBy(i => trials[i].Loss)]; // stable
        state.Update([.. best.Select(i => drawn[i])], [.. best.Select(i => trials[i].Loss)], narrowest);
    }

    private void Restart(ref Xoshiro random)
    {
        restarts++;
        double population = state.Population * options.RestartFactor;
        double[] mean = new double[narrowest.Length];
        for (int i = 0; i < mean.Length; i++)
            mean[i] = random.NextUniform();
        state = new CmaEsState(mean, options.Sigma, (int)population);
    }

    private (double[] Drawn, Point Point) Draw(ref Xoshiro random)
    {
        for (int i = 0; i < 1000; i++)
        {
            double[] candidate = state.Draw(ref random);
            Point point = Space.FromUnit([.. candidate.Select(Mirror)]);
            if (Space.Admits(point))
                return (candidate, point);
        }

        Point any = Space.Draw(ref random); // the distribution lies where a constraint forbids; this pulls it back
        double[] unit = new double[narrowest.Length];
        for (int i = 0; i < unit.Length; i++)
            unit[i] = double.IsNaN(any.Numbers[i]) ? 0.5 : Space.Parameters[i].ToUnit(any.Numbers[i]);
        return (unit, any);
    }

    // Folds a line into [0, 1]: 0.2, 1.8 and -0.2 are the same place.
    private static double Mirror(double x)
    {
        double folded = Math.Abs(x) % 2;
        return folded <= 1 ? folded : 2 - folded;
    }
}
