namespace Runnel.Backtesting;

/// <summary>A straight line through a window by least squares, at its last bar.</summary>
/// <param name="Value">The line at the last bar.</param>
/// <param name="Slope">Rise of the line per bar.</param>
public readonly record struct LinearRegressionValue(double Value, double Slope)
{
    internal static readonly LinearRegressionValue None = new(double.NaN, double.NaN);
}
