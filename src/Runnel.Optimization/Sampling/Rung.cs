namespace Runnel.Optimization;

/// <summary>A step of successive halving.</summary>
/// <param name="Bracket">Which start it belongs to, from 0.</param>
/// <param name="Trials">How many trials it runs: at the first rung of a bracket new ones, at the others the best of the rung before.</param>
/// <param name="Budget">On which fraction of the range, from above 0 to 1.</param>
public sealed record Rung(int Bracket, int Trials, double Budget);
