namespace Runnel.Backtesting;

/// <summary>A channel round the price at one bar: Bollinger, Keltner or Donchian.</summary>
/// <param name="Upper">Its upper edge.</param>
/// <param name="Middle">Its middle line.</param>
/// <param name="Lower">Its lower edge.</param>
public readonly record struct BandValue(double Upper, double Middle, double Lower)
{
    internal static readonly BandValue None = new(double.NaN, double.NaN, double.NaN);
}
