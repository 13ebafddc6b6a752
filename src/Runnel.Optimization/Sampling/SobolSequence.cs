using Runnel.Numerics;

namespace Runnel.Optimization;

/// <summary>Points that fill the unit cube evenly: any stretch of 2^k of them that starts at a multiple of 2^k has one coordinate in each 2^-k,
/// scrambled by seed so that this stays.</summary>
/// <remarks>Direction numbers: S. Joe and F. Y. Kuo, Constructing Sobol Sequences with Better Two-Dimensional Projections, SIAM Journal on Scientific
/// Computing 30(5), 2008 (new-joe-kuo-6). Scrambling: A. B. Owen, Randomly Permuted (t,m,s)-Nets, 1995, by the hash of B. Burley, Practical Hash-based
/// Owen Scrambling, Journal of Computer Graphics Techniques 9(4), 2020.</remarks>
internal sealed class SobolSequence
{
    private const int Bits = 32;

    // For each dimension from the second: degree and inner coefficients of its primitive polynomial, then its first direction integers.
    private static readonly int[][] JoeKuo =
    [
        [1, 0, 1], [2, 1, 1, 3], [3, 1, 1, 3, 1], [3, 2, 1, 1, 1], [4, 1, 1, 1, 3, 3], [4, 4, 1, 3, 5, 13], [5, 2, 1, 1, 5, 5, 17],
        [5, 4, 1, 1, 5, 5, 5], [5, 7, 1, 1, 7, 11, 19], [5, 11, 1, 1, 5, 1, 1], [5, 13, 1, 1, 1, 3, 11], [5, 14, 1, 3, 5, 5, 31],
        [6, 1, 1, 3, 3, 9, 7, 49], [6, 13, 1, 1, 1, 15, 21, 21], [6, 16, 1, 3, 1, 13, 27, 49], [6, 19, 1, 1, 1, 15, 7, 5],
        [6, 22, 1, 3, 1, 15, 13, 25], [6, 25, 1, 1, 5, 5, 19, 61], [7, 1, 1, 3, 7, 11, 23, 15, 103], [7, 4, 1, 3, 7, 13, 13, 15, 69],
        [7, 7, 1, 1, 3, 13, 7, 35, 63], [7, 8, 1, 3, 5, 9, 1, 25, 53], [7, 14, 1, 3, 1, 13, 9, 35, 107], [7, 19, 1, 3, 1, 5, 27, 61, 31],
        [7, 21, 1, 1, 5, 11, 19, 41, 61], [7, 28, 1, 3, 5, 3, 3, 13, 69], [7, 31, 1, 1, 7, 13, 1, 19, 1], [7, 32, 1, 3, 7, 5, 13, 19, 59],
        [7, 37, 1, 1, 3, 9, 25, 29, 41], [7, 41, 1, 3, 5, 13, 23, 1, 55], [7, 42, 1, 3, 7, 3, 13, 59, 17], [7, 50, 1, 3, 1, 3, 5, 53, 69],
        [7, 55, 1, 1, 5, 5, 23, 33, 13], [7, 56, 1, 1, 7, 7, 1, 61, 123], [7, 59, 1, 1, 7, 9, 13, 61, 49], [7, 62, 1, 3, 3, 5, 3, 55, 33],
        [8, 14, 1, 3, 1, 15, 31, 13, 49, 245], [8, 21, 1, 3, 5, 15, 31, 59, 63, 97], [8, 22, 1, 3, 1, 11, 11, 11, 77, 249],
    ];

    private readonly uint[][] directions;
    private readonly uint[]? seeds;

    /// <summary>A sequence.</summary>
    /// <param name="dimensions">From 1 to <see cref="MostDimensions"/>.</param>
    /// <param name="seed">For the scrambling; null for the plain sequence.</param>
    public SobolSequence(int dimensions, ulong? seed)
    {
        directions = [.. Enumerable.Range(0, dimensions).Select(Directions)];
        if (seed is not { } given)
            return;
        Xoshiro random = new(given);
        seeds = new uint[dimensions];
        for (int i = 0; i < seeds.Length; i++)
            seeds[i] = (uint)(random.Next() >> 32);
    }

    public static int MostDimensions => JoeKuo.Length + 1;

    /// <summary>Fills in the coordinates of a point, each from 0, below 1.</summary>
    public void At(uint index, Span<double> coordinates)
    {
        for (int d = 0; d < directions.Length; d++)
        {
            uint bits = 0;
            for (int k = 0; k < Bits && index >> k != 0; k++)
            {
                if ((index >> k & 1) != 0)
                    bits ^= directions[d][k];
            }

            coordinates[d] = (seeds is null ? bits : Scramble(bits, seeds[d])) * (1.0 / (1L << Bits));
        }
    }

    private static uint[] Directions(int dimension)
    {
        uint[] v = new uint[Bits];
        if (dimension == 0)
        {
            for (int k = 0; k < Bits; k++)
                v[k] = 1u << (Bits - 1 - k);
            return v;
        }

        int[] row = JoeKuo[dimension - 1];
        int degree = row[0], coefficients = row[1];
        for (int k = 0; k < Bits; k++)
        {
            if (k < degree)
            {
                v[k] = (uint)row[2 + k] << (Bits - 1 - k);
                continue;
            }

            v[k] = v[k - degree] ^ v[k - degree] >> degree;
            for (int j = 1; j < degree; j++)
            {
                if ((coefficients >> (degree - 1 - j) & 1) != 0)
                    v[k] ^= v[k - j];
            }
        }

        return v;
    }

    // A bit of the result depends on the same and higher bits of the input alone: a random tree of swaps of halves, quarters and so on.
    private static uint Scramble(uint bits, uint seed)
    {
        uint x = Reverse(bits);
        x ^= x * 0x3d20adea;
        x += seed;
        x *= seed >> 16 | 1;
        x ^= x * 0x05526c56;
        x ^= x * 0x53a22864;
        return Reverse(x);
    }

    private static uint Reverse(uint x)
    {
        x = x >> 1 & 0x55555555 | (x & 0x55555555) << 1;
        x = x >> 2 & 0x33333333 | (x & 0x33333333) << 2;
        x = x >> 4 & 0x0f0f0f0f | (x & 0x0f0f0f0f) << 4;
        return System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(x);
    }
}
