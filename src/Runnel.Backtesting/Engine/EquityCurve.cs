using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Runnel.Backtesting;

internal static class EquityCurve
{
    /// <summary>Writes base + units * close for each bar.</summary>
    /// <returns>The lowest value written; infinity for none.</returns>
    public static double Mark(ReadOnlySpan<double> close, double start, double units, Span<double> equity)
    {
        if (units == 0)
        {
            equity.Fill(start);
            return equity.IsEmpty ? double.PositiveInfinity : start;
        }

        double lowest = double.PositiveInfinity;
        int i = 0;
        if (Vector256.IsHardwareAccelerated && equity.Length >= 4)
        {
            ref double from = ref MemoryMarshal.GetReference(close);
            ref double to = ref MemoryMarshal.GetReference(equity);
            Vector256<double> starts = Vector256.Create(start), many = Vector256.Create(units), least = Vector256.Create(lowest);
            for (; i <= equity.Length - 4; i += 4)
            {
                // Not fused: the scalar tail and machines without FMA must give the same bits.
                Vector256<double> gain = many * Vector256.LoadUnsafe(ref from, (nuint)i);
                Vector256<double> value = starts + gain;
                value.StoreUnsafe(ref to, (nuint)i);
                least = Vector256.Min(least, value);
            }

            for (int k = 0; k < 4; k++)
                lowest = Math.Min(lowest, least[k]);
        }

        for (; i < equity.Length; i++)
        {
            equity[i] = start + units * close[i];
            lowest = Math.Min(lowest, equity[i]);
        }

        return lowest;
    }

    public static int FirstAtMostZero(ReadOnlySpan<double> equity)
    {
        for (int i = 0; i < equity.Length; i++)
        {
            if (!(equity[i] > 0))
                return i;
        }

        return equity.Length;
    }
}
