namespace Runnel.Trading;

/// <summary>How a search samples a space.</summary>
public enum SamplingMethod
{
    /// <summary>Independent points.</summary>
    Random,

    /// <summary>Points of a Sobol sequence: without clusters and gaps.</summary>
    Sobol,

    /// <summary>Each parameter takes each part of its range once.</summary>
    LatinHypercube,

    /// <summary>Learns where the better trials lie (a tree-structured Parzen estimator).</summary>
    Bayesian,

    /// <summary>A normal distribution that learns shape and direction.</summary>
    CmaEs,

    /// <summary>The better half of parents and children lives on.</summary>
    Genetic,
}
