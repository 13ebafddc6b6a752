namespace Runnel.Backtesting;

/// <summary>What is assumed of the prices inside a bar, of which only four are known.</summary>
public enum FillModel
{
    /// <summary>Of what one bar may have done, the worst: the stop before the take-profit; nothing that a fill inside the bar could have gained
    /// on that bar.</summary>
    WorstCase,

    /// <summary>The price went from the open to the nearer of high and low, then to the other, then to the close; low first for a bar that
    /// closes at or above its open where both are equally near. Orders fill along that path.</summary>
    BarPath,
}
