namespace Runnel.Trading;

/// <summary>How an optimization looks for parameters.</summary>
internal enum OptimizationKind
{
    /// <summary>Every combination of lists of values.</summary>
    Grid,

    /// <summary>Points drawn at random.</summary>
    Random,

    /// <summary>Points of a Sobol sequence, which fill a space more evenly than random ones.</summary>
    Sobol,

    /// <summary>Points of a Latin hypercube: each parameter takes each part of its range once.</summary>
    LatinHypercube,

    /// <summary>A tree-structured Parzen estimator.</summary>
    Bayesian,

    /// <summary>Covariance matrix adaptation.</summary>
    CmaEs,

    /// <summary>A genetic search.</summary>
    Genetic,

    /// <summary>A genetic search for the front of several metrics.</summary>
    Nsga2,

    /// <summary>Many points on a short range, the best of them on longer ones: successive halving.</summary>
    Halving,

    /// <summary>Several such brackets.</summary>
    Hyperband,

    /// <summary>A search on one stretch, tested on the next, again and again.</summary>
    WalkForward,

    /// <summary>A search on all folds but one, tested on that one, for each.</summary>
    KFold,
}

/// <summary>What kinds have in common.</summary>
internal static class OptimizationKinds
{
    /// <summary>Whether it searches several windows, and tests each winner where it was not searched.</summary>
    public static bool HasWindows(this OptimizationKind kind) => kind is OptimizationKind.WalkForward or OptimizationKind.KFold;

    /// <summary>Whether some trials run on a part of the range only.</summary>
    public static bool HasRungs(this OptimizationKind kind) => kind is OptimizationKind.Halving or OptimizationKind.Hyperband;
}
