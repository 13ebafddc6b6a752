using System.Text.Json;
using Runnel.Backtesting;
using Runnel.Numerics;

namespace Runnel.Optimization;

/// <summary>What a search may try: parameters, which of them have a part when, and constraints that hold between them. Thread-safe.</summary>
public sealed class ParameterSpace
{
    private const int Tries = 100_000;
    private readonly Expression?[] conditions;
    private readonly Expression[] constraints;
    private readonly int[] order; // of evaluation: a parameter after those that its condition reads

    /// <summary>A space.</summary>
    /// <param name="parameters">At least one; the order is that of the numbers in a <see cref="Point"/>, and of a grid (the last one fastest).</param>
    /// <param name="constraints">Expressions such as <c>fast &lt; slow</c>; a point for which one is false is not tried. One that reads a parameter
    /// without a part does not count.</param>
    /// <exception cref="BacktestInputException">A name is missing or doubled, an expression cannot be read, or conditions go round in a circle.</exception>
    public ParameterSpace(IReadOnlyList<Parameter> parameters, IReadOnlyList<string>? constraints = null)
    {
        if (parameters.Count == 0)
            throw new BacktestInputException("param_space", "empty", "Give at least one parameter.");
        if (parameters.GroupBy(p => p.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new BacktestInputException($"param_space.{twice.Key}", "doubled", "Give each parameter once.");
        Parameters = [.. parameters];
        string[] names = [.. parameters.Select(p => p.Name)];
        conditions = [.. parameters.Select(p => p.When is null ? null : Expression.Parse($"param_space.{p.Name}.when", p.When, names))];
        this.constraints = [.. (constraints ?? []).Select((text, i) => Expression.Parse($"constraints[{i}]", text, names))];
        order = Order();
    }

    /// <summary>The parameters, in the order of the numbers in a <see cref="Point"/>.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The constraints as written.</summary>
    public IReadOnlyList<string> Constraints => [.. constraints.Select(c => c.Text)];

    /// <summary>Whether some parameter has a part only under a condition.</summary>
    public bool IsConditional => conditions.Any(c => c is not null);

    /// <summary>Takes out the parameters that have no part, given the others.</summary>
    /// <param name="numbers">A number for each parameter; what has no part becomes NaN.</param>
    /// <returns>The point.</returns>
    public Point Normalize(ReadOnlySpan<double> numbers)
    {
        double[] kept = numbers.ToArray();
        if (!IsConditional)
            return new Point(kept);
        ParameterValue[] values = new ParameterValue[kept.Length];
        foreach (int i in order)
        {
            if (conditions[i] is { } condition && !condition.Evaluate(values).IsTrue)
                kept[i] = double.NaN;
            values[i] = Parameters[i].Value(kept[i]);
        }

        return new Point(kept);
    }

    /// <summary>The point for a place in the unit cube; parameters without a part ignore their coordinate.</summary>
    /// <param name="unit">A coordinate from 0, below 1, for each parameter.</param>
    /// <returns>The point, which need not meet the constraints.</returns>
    public Point FromUnit(ReadOnlySpan<double> unit)
    {
        double[] numbers = new double[Parameters.Count];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = Parameters[i].FromUnit(unit[i]);
        return Normalize(numbers);
    }

    /// <summary>Whether no constraint is false for a point.</summary>
    /// <param name="point">A point of this space.</param>
    /// <returns>Whether it may be tried.</returns>
    public bool Admits(Point point)
    {
        if (constraints.Length == 0)
            return true;
        ParameterValue[] values = Values(point);
        foreach (Expression constraint in constraints)
        {
            if (constraint.Evaluate(values).IsFalse)
                return false;
        }

        return true;
    }

    /// <summary>Says what is wrong with a point that came from elsewhere.</summary>
    /// <param name="point">A point.</param>
    /// <exception cref="BacktestInputException">It has another number of parameters, a value that a parameter cannot take, or a value for one
    /// without a part; or a constraint is false for it.</exception>
    public void Check(Point point)
    {
        if (point.Numbers.Length != Parameters.Count)
            throw new BacktestInputException("point", point, $"Give a number for each of {string.Join(", ", Parameters.Select(p => p.Name))}.");
        for (int i = 0; i < Parameters.Count; i++)
        {
            if (!double.IsNaN(point.Numbers[i]) && !Parameters[i].Takes(point.Numbers[i]))
                throw new BacktestInputException($"point.{Parameters[i].Name}", point.Numbers[i], "Give a number that the space holds.");
            if (double.IsNaN(point.Numbers[i]) && Parameters[i].When is null)
                throw new BacktestInputException($"point.{Parameters[i].Name}", null, "Give it a number; it always has a part.");
        }

        if (!Normalize(point.Numbers).Equals(point) || !Admits(point))
            throw new BacktestInputException("point", point, "Give a point that meets the conditions and constraints of the space.");
    }

    /// <summary>What the strategy is given for each parameter.</summary>
    /// <param name="point">A point of this space.</param>
    /// <returns>Values in the order of the parameters; none for one without a part.</returns>
    public ParameterValue[] Values(Point point)
    {
        ParameterValue[] values = new ParameterValue[Parameters.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = Parameters[i].Value(point.Numbers[i]);
        return values;
    }

    /// <summary>Writes a point with names, as strategies are configured: <c>{"fast":5,"slow":20}</c>, without what has no part.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="point">A point of this space.</param>
    public void WriteNamed(Utf8JsonWriter writer, Point point)
    {
        writer.WriteStartObject();
        for (int i = 0; i < Parameters.Count; i++)
        {
            if (double.IsNaN(point.Numbers[i]))
                continue;
            writer.WritePropertyName(Parameters[i].Name);
            Parameters[i].Value(point.Numbers[i]).Write(writer);
        }

        writer.WriteEndObject();
    }

    /// <summary>A point with independent coordinates that meets the constraints.</summary>
    internal Point Draw(ref Xoshiro random)
    {
        Span<double> unit = stackalloc double[Math.Min(Parameters.Count, 64)];
        if (Parameters.Count > unit.Length)
            unit = new double[Parameters.Count];
        for (int i = 0; i < Tries; i++)
        {
            foreach (ref double coordinate in unit)
                coordinate = random.NextUniform();
            Point point = FromUnit(unit);
            if (Admits(point))
                return point;
        }

        throw new BacktestInputException("constraints", $"met by none of {Tries} random points", "Loosen a constraint or narrow the ranges.");
    }

    private int[] Order()
    {
        List<int> sorted = [];
        while (sorted.Count < Parameters.Count)
        {
            int next = Enumerable.Range(0, Parameters.Count).FirstOrDefault(
                i => !sorted.Contains(i) && (conditions[i] is null || conditions[i]!.Slots.All(sorted.Contains)), -1);
            if (next < 0)
            {
                Parameter stuck = Parameters.Where((_, i) => !sorted.Contains(i)).First();
                throw new BacktestInputException($"param_space.{stuck.Name}.when", $"'{stuck.When}'", "Give a condition that does not depend on the parameter itself.");
            }

            sorted.Add(next);
        }

        return [.. sorted];
    }
}
