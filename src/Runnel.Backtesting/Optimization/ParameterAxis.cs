namespace Runnel.Backtesting;

/// <summary>One parameter of a search and the values it takes.</summary>
/// <param name="Name">The parameter's name, loosely as in <see cref="Strategies.Create"/>.</param>
/// <param name="Values">Values in the order in which they are tried.</param>
public sealed record ParameterAxis(string Name, IReadOnlyList<double> Values);
