using System.Numerics;

namespace Runnel.Numerics;

/// <summary>xoshiro256** 1.0 (Blackman and Vigna), seeded by SplitMix64: the same numbers on every platform and in every release, which
/// <see cref="Random"/> does not promise. Only integer arithmetic.</summary>
internal struct Xoshiro
{
    private ulong a;
    private ulong b;
    private ulong c;
    private ulong d;

    public Xoshiro(ulong seed)
    {
        a = Split(ref seed);
        b = Split(ref seed);
        c = Split(ref seed);
        d = Split(ref seed);
    }

    public ulong Next()
    {
        ulong result = BitOperations.RotateLeft(b * 5, 7) * 9;
        ulong shifted = b << 17;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= shifted;
        d = BitOperations.RotateLeft(d, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    public double NextUniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Close to a standard normal: the sum of twelve 16-bit uniforms, centered (Irwin-Hall). Within ±6, and exact: no logarithm or
    /// cosine, whose last bit differs between platforms.</summary>
    public double NextNormal()
    {
        long sum = 0;
        for (int i = 0; i < 3; i++)
        {
            ulong bits = Next();
            sum += (long)((bits & 0xffff) + ((bits >> 16) & 0xffff) + ((bits >> 32) & 0xffff) + (bits >> 48));
        }

        return (sum - (6 * 65_535L)) * (1.0 / 65_536);
    }

    /// <summary>Uniform from 0, below the count: the high half of a product, whose bias of count / 2^64 nobody sees.</summary>
    public int NextIndex(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);

    /// <summary>Puts values into a random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int other = NextIndex(i + 1);
            (values[i], values[other]) = (values[other], values[i]);
        }
    }

    private static ulong Split(ref ulong state)
    {
        state += 0x9e3779b97f4a7c15;
        ulong mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }
}
