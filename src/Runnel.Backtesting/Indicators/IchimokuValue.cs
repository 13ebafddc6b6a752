namespace Runnel.Backtesting;

/// <summary>Ichimoku lines at one bar.</summary>
/// <param name="Conversion">Tenkan-sen: middle of the short range.</param>
/// <param name="Base">Kijun-sen: middle of the medium range.</param>
/// <param name="SpanA">Senkou span A as drawn at this bar: worked out as many bars before as the medium range has.</param>
/// <param name="SpanB">Senkou span B as drawn at this bar: middle of the long range, worked out as many bars before.</param>
public readonly record struct IchimokuValue(double Conversion, double Base, double SpanA, double SpanB)
{
    internal static readonly IchimokuValue None = new(double.NaN, double.NaN, double.NaN, double.NaN);
}
