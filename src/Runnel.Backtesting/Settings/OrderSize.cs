namespace Runnel.Backtesting;

/// <summary>How large an entry is.</summary>
/// <param name="Kind">What <paramref name="Value"/> counts.</param>
/// <param name="Value">A fraction in (0, 1], units, or cash, by <paramref name="Kind"/>.</param>
public readonly record struct OrderSize(SizeKind Kind, double Value)
{
    /// <summary>A part of the available margin times leverage; 0.95 is 95 %.</summary>
    /// <param name="fraction">In (0, 1].</param>
    /// <returns>The size.</returns>
    public static OrderSize Fraction(double fraction) => new(SizeKind.Fraction, fraction);

    /// <summary>A fixed number of units.</summary>
    /// <param name="units">More than zero; not rounded to lots.</param>
    /// <returns>The size.</returns>
    public static OrderSize Units(double units) => new(SizeKind.Units, units);

    /// <summary>A fixed value in cash.</summary>
    /// <param name="cash">More than zero.</param>
    /// <returns>The size.</returns>
    public static OrderSize Cash(double cash) => new(SizeKind.Cash, cash);

    /// <summary>Loses this part of equity at the order's stop-loss (fees and gaps aside); needs a strategy that sets one.</summary>
    /// <param name="fraction">In (0, 1]; 0.01 is 1 %.</param>
    /// <returns>The size.</returns>
    public static OrderSize Risk(double fraction) => new(SizeKind.Risk, fraction);
}
