namespace Runnel.Backtesting;

/// <summary>Directional movement at one bar, each figure from 0 to 100.</summary>
/// <param name="PlusDi">Strength of rises.</param>
/// <param name="MinusDi">Strength of falls.</param>
/// <param name="Adx">Strength of the trend, whichever way.</param>
public readonly record struct AdxValue(double PlusDi, double MinusDi, double Adx)
{
    internal static readonly AdxValue None = new(double.NaN, double.NaN, double.NaN);
}
