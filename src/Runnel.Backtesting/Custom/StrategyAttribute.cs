namespace Runnel.Backtesting;

/// <summary>Gives a strategy in C# the name by which a payload asks for it. Its one public constructor takes its parameters, each a
/// <see cref="double"/> or an <see cref="int"/> with a default and, if it has a range, a <see cref="ParameterAttribute"/>.</summary>
/// <param name="name">Its name, for instance <c>volume_breakout</c>; found whatever the case and separators.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class StrategyAttribute(string name) : Attribute
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Its name for people. Default: the name.</summary>
    public string? Title { get; init; }

    /// <summary>When it enters and when it leaves, in a sentence or two.</summary>
    public string Summary { get; init; } = "";
}
