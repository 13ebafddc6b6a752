namespace Runnel.Optimization;

/// <summary>What may vary, and in which range. Points hold a number for each: the value itself, or the index of a choice.</summary>
public abstract class Parameter
{
    private protected Parameter(string name) => Name = name;

    /// <summary>Its name, as the strategy knows it.</summary>
    public string Name { get; }

    /// <summary>Where it has a part at all, an expression of other parameters such as <c>exit == 'trailing'</c>; null for always.</summary>
    public string? When { get; init; }

    /// <summary>How many values it can take; null for a continuum.</summary>
    public abstract int? Count { get; }

    /// <summary>Whether near numbers in a point mean similar trials; false for choices that are not ascending or descending numbers.</summary>
    public abstract bool IsOrdered { get; }

    /// <summary>Whether it is sampled and compared by its logarithm.</summary>
    public virtual bool IsLog => false;

    /// <summary>The number for a place in [0, 1): equal stretches are equally likely (by the logarithm, if <see cref="IsLog"/>).</summary>
    /// <param name="unit">From 0, below 1; what lies outside is moved to the nearest end.</param>
    /// <returns>The number that a point holds.</returns>
    public abstract double FromUnit(double unit);

    /// <summary>The middle of the stretch of [0, 1) that <see cref="FromUnit"/> turns into this number.</summary>
    /// <param name="number">What a point holds.</param>
    /// <returns>From 0 to 1.</returns>
    public abstract double ToUnit(double number);

    /// <summary>The value at an index, for parameters with a <see cref="Count"/>.</summary>
    /// <param name="index">From 0, below the count.</param>
    /// <returns>The number that a point holds.</returns>
    /// <exception cref="InvalidOperationException">It is a continuum.</exception>
    public abstract double At(int index);

    /// <summary>The index of a number, for parameters with a <see cref="Count"/>.</summary>
    /// <param name="number">What a point holds.</param>
    /// <returns>From 0, below the count; -1 where the parameter cannot take it.</returns>
    /// <exception cref="InvalidOperationException">It is a continuum.</exception>
    public abstract int IndexOf(double number);

    /// <summary>Whether a point may hold this number.</summary>
    /// <param name="number">The number.</param>
    /// <returns>Whether it may.</returns>
    public abstract bool Takes(double number);

    /// <summary>What the strategy is given.</summary>
    /// <param name="number">What a point holds; <see cref="double.NaN"/> for no part.</param>
    /// <returns>The value.</returns>
    public virtual ParameterValue Value(double number) => ParameterValue.Of(number);

    private protected static double Clamp(double unit) => unit > 0 ? Math.Min(unit, 1 - 1.0 / (1L << 53)) : 0;
}
