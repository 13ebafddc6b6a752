namespace Runnel.Backtesting;

/// <summary>Stochastic oscillator at one bar, from 0 to 100.</summary>
/// <param name="K">The smoothed %K line.</param>
/// <param name="D">Its average, %D.</param>
public readonly record struct StochasticValue(double K, double D)
{
    internal static readonly StochasticValue None = new(double.NaN, double.NaN);
}
