namespace Runnel.Backtesting;

/// <summary>A number that a strategy takes.</summary>
public sealed record StrategyParameter
{
    /// <summary>Its name, for instance <c>fast</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it sets, with its unit.</summary>
    public required string Description { get; init; }

    /// <summary>Value where none is given.</summary>
    public required double Default { get; init; }

    /// <summary>Smallest value.</summary>
    public required double Minimum { get; init; }

    /// <summary>Largest value.</summary>
    public required double Maximum { get; init; }

    /// <summary>Whether only whole numbers are taken.</summary>
    public bool IsInteger { get; init; }

    /// <summary>Whether it has to be given once any parameter is: half of a pair is more likely a slip than a wish for the default.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Other names that are understood; case, separators and words such as "period" or "length" never matter.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Looks whether a value is in range, and whole where it has to be.</summary>
    /// <param name="value">The value.</param>
    /// <exception cref="BacktestInputException">It is not; names the field as <c>params.NAME</c>.</exception>
    public void Check(double value)
    {
        string field = $"params.{Name}";
        if (!double.IsFinite(value))
            throw new BacktestInputException(field, value, $"Give a number from {Minimum} to {Maximum}: {Description}");
        if (IsInteger && value != Math.Floor(value))
            throw new BacktestInputException(field, value, $"Give a whole number from {Minimum} to {Maximum}: {Description}");
        if (value < Minimum || value > Maximum)
            throw new BacktestInputException(field, value, $"Give a value from {Minimum} to {Maximum}: {Description}");
    }
}
