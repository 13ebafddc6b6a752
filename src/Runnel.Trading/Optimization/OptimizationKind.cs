namespace Runnel.Trading;

/// <summary>How an optimization looks for parameters.</summary>
internal enum OptimizationKind
{
    /// <summary>Every combination of lists of values.</summary>
    Grid,

    /// <summary>Points drawn at random.</summary>
    Random,

    /// <summary>A search on one stretch, tested on the next, again and again.</summary>
    WalkForward,
}
