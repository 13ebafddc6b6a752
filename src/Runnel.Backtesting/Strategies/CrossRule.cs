using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Runnel.Backtesting;

/// <summary>One series crossing another: up at bar i where a[i-1] &lt;= b[i-1] and a[i] > b[i], down in the mirror.</summary>
internal readonly struct CrossRule(double[] a, double[] b, int firstBar, TradeDirection direction) : IRule
{
    public int FirstBar => firstBar;

    public bool Acts(int bar, int position)
    {
        double before = a[bar - 1], beforeOther = b[bar - 1], now = a[bar], other = b[bar];
        return ((before <= beforeOther) & (now > other)) | ((before >= beforeOther) & (now < other));
    }

    public int Next(int from, int to, int position)
    {
        int bar = from;
        if (Vector256.IsHardwareAccelerated)
        {
            ref double one = ref MemoryMarshal.GetArrayDataReference(a);
            ref double two = ref MemoryMarshal.GetArrayDataReference(b);
            for (; bar <= to - 4; bar += 4)
            {
                Vector256<double> before = Vector256.LoadUnsafe(ref one, (nuint)(bar - 1)), beforeOther = Vector256.LoadUnsafe(ref two, (nuint)(bar - 1));
                Vector256<double> now = Vector256.LoadUnsafe(ref one, (nuint)bar), other = Vector256.LoadUnsafe(ref two, (nuint)bar);
                Vector256<double> up = Vector256.LessThanOrEqual(before, beforeOther) & Vector256.GreaterThan(now, other);
                Vector256<double> down = Vector256.GreaterThanOrEqual(before, beforeOther) & Vector256.LessThan(now, other);
                uint hits = (up | down).ExtractMostSignificantBits();
                if (hits != 0)
                    return bar + BitOperations.TrailingZeroCount(hits);
            }
        }

        return Scan.Next(this, bar, to, position);
    }

    public void Act(int bar, Account account) => account.Turn(a[bar] > b[bar] ? 1 : -1, direction);
}
