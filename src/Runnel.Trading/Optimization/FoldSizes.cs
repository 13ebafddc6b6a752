namespace Runnel.Trading;

/// <summary>How a k-fold optimization cuts its range.</summary>
/// <param name="Folds">How many folds; each is the test once.</param>
/// <param name="Purge">Left out of the search on each side of a test.</param>
/// <param name="Embargo">Left out besides after a test; null for a hundredth of the bars.</param>
/// <param name="Unit">Of both.</param>
internal sealed record FoldSizes(int Folds, double Purge, double? Embargo, FoldUnit Unit);

/// <summary>A unit of lengths.</summary>
internal enum FoldUnit
{
    /// <summary>Days of 24 hours.</summary>
    Days,

    /// <summary>Bars.</summary>
    Bars,

    /// <summary>Of all bars.</summary>
    Fraction,
}
