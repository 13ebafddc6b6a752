namespace Runnel.Backtesting;

/// <summary>SuperTrend at one bar.</summary>
/// <param name="Line">The band that trails the price: below it in an up trend, above it in a down trend.</param>
/// <param name="Direction">1 in an up trend, -1 in a down trend.</param>
public readonly record struct SuperTrendValue(double Line, double Direction)
{
    internal static readonly SuperTrendValue None = new(double.NaN, double.NaN);
}
