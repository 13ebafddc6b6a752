using System.Globalization;
using System.Runtime.InteropServices;
using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>A hash of every bit of a series of klines and of the funding and the steps that go with it.</summary>
internal static class KlineFingerprint
{
    /// <summary>FNV-1a over 64-bit words, with a shift that brings the high bits down; a check against mix-ups, not against forgery.</summary>
    /// <param name="data">The klines with what goes with them.</param>
    /// <param name="finer">The shorter bars by which they are worked off; null for none.</param>
    public static string Of(KlineData data, Klines? finer = null)
    {
        ulong hash = Mix(14695981039346656037, data.Klines);
        if (finer is not null)
            hash = Mix(hash, finer);
        if (data.Funding is { Rates: var rates })
            hash = Mix(Mix(hash, rates.Times), rates.Rates);
        if (data.Instrument is { } instrument)
            hash = Mix(hash, [instrument.TickSize, instrument.QuantityStep, instrument.MinQuantity, instrument.MinNotional ?? 0]);
        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }

    private static ulong Mix(ulong hash, Klines klines)
    {
        hash = Mix(hash, klines.OpenTimes);
        hash = Mix(Mix(Mix(hash, klines.Open), klines.High), klines.Low);
        return Mix(Mix(hash, klines.Close), klines.Volume);
    }

    private static ulong Mix(ulong hash, ReadOnlySpan<double> values) => Mix(hash, MemoryMarshal.Cast<double, long>(values));

    private static ulong Mix(ulong hash, ReadOnlySpan<long> words)
    {
        foreach (long word in words)
        {
            hash = (hash ^ (ulong)word) * 1099511628211;
            hash ^= hash >> 32;
        }

        return hash;
    }
}
