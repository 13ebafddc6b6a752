namespace Runnel.Backtesting;

/// <summary>The computations that are more than one call.</summary>
internal static class LongFunctions
{
    public static void Ichimoku(IndicatorCall call)
    {
        Ichimoku indicator = new(call.Int(0), call.Int(1), call.Int(2));
        ReadOnlySpan<double> high = call.Klines.High, low = call.Klines.Low;
        Span<double> conversion = call[0], middle = call[1], spanA = call[2], spanB = call[3];
        for (int i = 0; i < high.Length; i++)
        {
            IchimokuValue value = indicator.Next(high[i], low[i]);
            (conversion[i], middle[i], spanA[i], spanB[i]) = (value.Conversion, value.Base, value.SpanA, value.SpanB);
        }
    }

    public static void Pivot(IndicatorCall call)
    {
        PivotPoints indicator = new();
        Klines bars = call.Klines;
        for (int i = 0; i < bars.Count; i++)
        {
            PivotValue value = indicator.Next(bars.OpenTimes[i], bars.High[i], bars.Low[i], bars.Close[i]);
            (call[0][i], call[1][i], call[2][i], call[3][i], call[4][i], call[5][i], call[6][i]) = (value.Pivot, value.R1, value.S1, value.R2, value.S2, value.R3, value.S3);
        }
    }

    public static void Count(IndicatorCall call)
    {
        ReadOnlySpan<double> held = call.Input;
        Span<double> output = call[0];
        int length = call.Int(0), count = 0;
        for (int i = 0; i < held.Length; i++)
        {
            count += held[i] != 0 ? 1 : 0;
            count -= i >= length && held[i - length] != 0 ? 1 : 0;
            output[i] = i >= length - 1 ? count : double.NaN;
        }
    }

    public static void BarsSince(IndicatorCall call)
    {
        ReadOnlySpan<double> held = call.Input;
        Span<double> output = call[0];
        double since = double.NaN;
        for (int i = 0; i < held.Length; i++)
            output[i] = since = held[i] != 0 ? 0 : since + 1;
    }
}
