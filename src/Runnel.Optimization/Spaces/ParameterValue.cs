using System.Globalization;
using System.Text.Json;

namespace Runnel.Optimization;

/// <summary>A value of a parameter: a number, a text or a truth value; or none, where the parameter has no part in the trial.</summary>
public readonly struct ParameterValue : IEquatable<ParameterValue>
{
    private readonly double number;

    private ParameterValue(ParameterValueKind kind, double number, string? text)
    {
        Kind = kind;
        this.number = number;
        Text = text;
    }

    /// <summary>What it is; <see cref="ParameterValueKind.None"/> for <c>default</c>.</summary>
    public ParameterValueKind Kind { get; }

    /// <summary>The number; <see cref="double.NaN"/> where it is none.</summary>
    public double Number => Kind == ParameterValueKind.Number ? number : double.NaN;

    /// <summary>The text; null where it is none.</summary>
    public string? Text { get; }

    /// <summary>Whether it is the truth value <c>true</c>.</summary>
    public bool IsTrue => Kind == ParameterValueKind.Boolean && number != 0;

    /// <summary>Whether it is the truth value <c>false</c>.</summary>
    public bool IsFalse => Kind == ParameterValueKind.Boolean && number == 0;

    /// <summary>A number.</summary>
    /// <param name="value">The number; one that is not finite becomes none.</param>
    /// <returns>The value.</returns>
    public static ParameterValue Of(double value) => double.IsFinite(value) ? new(ParameterValueKind.Number, value, null) : default;

    /// <summary>A text.</summary>
    /// <param name="value">The text.</param>
    /// <returns>The value.</returns>
    public static ParameterValue Of(string value) => new(ParameterValueKind.Text, 0, value);

    /// <summary>A truth value.</summary>
    /// <param name="value">The truth value.</param>
    /// <returns>The value.</returns>
    public static ParameterValue Of(bool value) => new(ParameterValueKind.Boolean, value ? 1 : 0, null);

    /// <summary>Writes it as JSON; none is null.</summary>
    /// <param name="writer">Where to.</param>
    public void Write(Utf8JsonWriter writer)
    {
        switch (Kind)
        {
            case ParameterValueKind.Number:
                writer.WriteNumberValue(number);
                break;
            case ParameterValueKind.Text:
                writer.WriteStringValue(Text);
                break;
            case ParameterValueKind.Boolean:
                writer.WriteBooleanValue(number != 0);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    /// <inheritdoc/>
    public bool Equals(ParameterValue other) => Kind == other.Kind && number.Equals(other.number) && string.Equals(Text, other.Text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ParameterValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, number, Text);

    /// <summary>Whether both are of one kind and the same.</summary>
    /// <param name="left">A value.</param>
    /// <param name="right">Another.</param>
    /// <returns>Whether they are.</returns>
    public static bool operator ==(ParameterValue left, ParameterValue right) => left.Equals(right);

    /// <summary>Whether they differ in kind or value.</summary>
    /// <param name="left">A value.</param>
    /// <param name="right">Another.</param>
    /// <returns>Whether they do.</returns>
    public static bool operator !=(ParameterValue left, ParameterValue right) => !left.Equals(right);

    /// <summary>As a user reads it: 0.5, ema, true; "none" where there is none.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Kind switch
    {
        ParameterValueKind.Number => number.ToString(CultureInfo.InvariantCulture),
        ParameterValueKind.Text => Text!,
        ParameterValueKind.Boolean => number != 0 ? "true" : "false",
        _ => "none",
    };
}
