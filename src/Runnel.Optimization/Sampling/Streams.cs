using System.Numerics;

namespace Runnel.Optimization;

/// <summary>Seeds of independent streams of random numbers: one for each trial or generation, so that no state has to be kept.</summary>
internal static class Streams
{
    /// <summary>Mixes a seed with a number (Stafford's variant 13 of the finalizer of MurmurHash3, as in SplitMix64).</summary>
    public static ulong Of(ulong seed, long number)
    {
        ulong mixed = BitOperations.RotateLeft(seed, 32) ^ ((ulong)number * 0x9e3779b97f4a7c15);
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31) ^ seed;
    }
}
