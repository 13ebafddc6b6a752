using System.Numerics;

namespace Runnel.MarketData;

/// <summary>Prices and volumes have few decimals, so a column of them is stored as whole numbers times a power of ten: a third of the bytes of doubles,
/// and without a loss. Division by a power of ten up to 10^22 is correctly rounded (IEEE 754), so what was a decimal text of at most 15
/// digits comes back as the same double.</summary>
internal static class DecimalColumn
{
    public const int MostDecimals = 12;
    private const double LargestExact = 1L << 53;

    /// <summary>The fewest decimals with which every value comes back to the bit; -1 where there are none.</summary>
    /// <param name="values">The column.</param>
    /// <param name="whole">Filled with the values times 10^decimals; of the same length.</param>
    public static int Fit(ReadOnlySpan<double> values, Span<long> whole)
    {
        int decimals = 0;
        double scale = 1;
        for (int i = 0; i < values.Length; i++)
        {
            if (TryScale(values[i], scale, out whole[i]))
                continue;
            if (++decimals > MostDecimals)
                return -1;
            scale *= 10;
            i = -1; // all over: the ones before must be exact at this scale too
        }

        return decimals;
    }

    public static void Restore(ReadOnlySpan<long> whole, int decimals, Span<double> values)
    {
        double scale = Scale(decimals);
        int i = 0;
        for (; i <= whole.Length - Vector<long>.Count; i += Vector<long>.Count)
            (Vector.ConvertToDouble(new Vector<long>(whole[i..])) / new Vector<double>(scale)).CopyTo(values[i..]);
        for (; i < whole.Length; i++)
            values[i] = whole[i] / scale;
    }

    private static bool TryScale(double value, double scale, out long whole)
    {
        double scaled = Math.Round(value * scale);
        whole = (long)scaled;
        return Math.Abs(scaled) < LargestExact && scaled / scale == value && (scaled != 0 || !double.IsNegative(value));
    }

    private static double Scale(int decimals)
    {
        double scale = 1;
        for (int i = 0; i < decimals; i++)
            scale *= 10; // exact up to 10^22
        return scale;
    }
}
