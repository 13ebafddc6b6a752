namespace Runnel.Trading;

/// <summary>How a walk-forward optimization cuts its range.</summary>
/// <param name="Train">Length of the part that is searched.</param>
/// <param name="Test">Length of the part after it on which the winner is tested.</param>
/// <param name="Step">From one window to the next.</param>
/// <param name="InBars">Whether the lengths are bars; else they are days of 24 hours.</param>
/// <param name="Anchored">Whether every part that is searched begins at the first bar and grows.</param>
internal sealed record WalkForwardSizes(double Train, double Test, double Step, bool InBars, bool Anchored);
