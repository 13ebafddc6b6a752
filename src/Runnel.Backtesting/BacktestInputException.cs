using System.Globalization;

namespace Runnel.Backtesting;

/// <summary>A setting, strategy, parameter or series from which no backtest can be run. Running it again cannot help.</summary>
public sealed class BacktestInputException : ArgumentException
{
    /// <summary>Says which field is wrong, what it holds and what to give instead.</summary>
    /// <param name="field">Name of the field as a user writes it, for instance <c>commission</c> or <c>params.fast</c>.</param>
    /// <param name="value">What was given; null where nothing was.</param>
    /// <param name="remedy">What to give instead, a sentence that starts with a verb.</param>
    public BacktestInputException(string field, object? value, string remedy)
        : base(string.Create(CultureInfo.InvariantCulture, $"{field} is {value ?? "missing"}. {remedy}"))
    {
        Field = field;
        Value = value;
        Remedy = remedy;
    }

    /// <summary>Name of the field as a user writes it, for instance <c>commission</c> or <c>params.fast</c>.</summary>
    public string Field { get; }

    /// <summary>What was given; null where nothing was.</summary>
    public object? Value { get; }

    /// <summary>What to give instead.</summary>
    public string Remedy { get; }
}
