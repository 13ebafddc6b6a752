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

    /// <summary>A part of the Kelly fraction of the trades closed so far: 0.5 is half Kelly.</summary>
    /// <param name="part">In (0, 1].</param>
    /// <returns>The size.</returns>
    /// <remarks>W - (1 - W) / R with W the share of wins and R the average win over the average loss, both in percent of the value at entry.
    /// Source: J. L. Kelly, Bell System Technical Journal 35(4), 1956, in its two-outcome form. With no edge left it bets no more, and
    /// since no trade closes then, the run stays out of the market.</remarks>
    public static OrderSize Kelly(double part) => new(SizeKind.Kelly, part);
}
