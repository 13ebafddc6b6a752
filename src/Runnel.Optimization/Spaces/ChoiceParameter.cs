using Runnel.Backtesting;

namespace Runnel.Optimization;

/// <summary>One of several values: numbers, texts or truth values. Points hold the index.</summary>
public sealed class ChoiceParameter : Parameter
{
    /// <summary>A list of values.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="choices">At least one; no two are the same.</param>
    /// <exception cref="BacktestInputException">The list is empty, or holds a value twice.</exception>
    public ChoiceParameter(string name, IReadOnlyList<ParameterValue> choices)
        : base(name)
    {
        if (choices.Count == 0)
            throw new BacktestInputException(name, "an empty list", "Give at least one value.");
        if (choices.GroupBy(c => c).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new BacktestInputException(name, $"a list with {twice.Key} twice", "Give each value once.");
        Choices = [.. choices];
        double[] numbers = [.. choices.Select(c => c.Number)];
        IsOrdered = numbers.SequenceEqual(numbers.Order()) || numbers.SequenceEqual(numbers.OrderDescending());
        IsOrdered &= choices.All(c => c.Kind == ParameterValueKind.Number);
    }

    /// <summary>The values.</summary>
    public IReadOnlyList<ParameterValue> Choices { get; }

    /// <inheritdoc/>
    public override int? Count => Choices.Count;

    /// <inheritdoc/>
    public override bool IsOrdered { get; }

    /// <inheritdoc/>
    public override double FromUnit(double unit) => Math.Min((int)(Clamp(unit) * Choices.Count), Choices.Count - 1);

    /// <inheritdoc/>
    public override double ToUnit(double number) => (number + 0.5) / Choices.Count;

    /// <inheritdoc/>
    public override double At(int index) => index;

    /// <inheritdoc/>
    public override int IndexOf(double number) => Takes(number) ? (int)number : -1;

    /// <inheritdoc/>
    public override bool Takes(double number) => number >= 0 && number < Choices.Count && number == Math.Floor(number);

    /// <inheritdoc/>
    public override ParameterValue Value(double number) => double.IsNaN(number) ? default : Choices[(int)number];
}
