namespace Runnel.Backtesting;

/// <summary>Levels of a day, from the day before.</summary>
/// <param name="Pivot">(high + low + close) / 3.</param>
/// <param name="R1">2 * pivot - low.</param>
/// <param name="S1">2 * pivot - high.</param>
/// <param name="R2">pivot + (high - low).</param>
/// <param name="S2">pivot - (high - low).</param>
/// <param name="R3">high + 2 * (pivot - low).</param>
/// <param name="S3">low - 2 * (high - pivot).</param>
public readonly record struct PivotValue(double Pivot, double R1, double S1, double R2, double S2, double R3, double S3)
{
    internal static readonly PivotValue None = new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
}
