namespace Runnel.Optimization;

/// <summary>Which values of a metric are better.</summary>
public enum Direction
{
    /// <summary>Higher ones.</summary>
    Maximize,

    /// <summary>Lower ones.</summary>
    Minimize,
}
