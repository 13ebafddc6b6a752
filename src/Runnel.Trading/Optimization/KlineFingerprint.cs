using System.Globalization;
using System.Runtime.InteropServices;
using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>A hash of every bit of a series of klines and of the funding and the steps that go with it.</summary>
internal static class KlineFingerprint
{
    /// <summary>FNV-1a over 64-bit words, with a shift that brings the high bits down; a check against mix-ups, not against forgery.</summary>
    public static string Of(KlineData data)
    {
        Klines klines = data.Klines;
        ulong hash = Mix(14695981039346656037, klines.OpenTimes);
        hash = Mix(Mix(Mix(hash, klines.Open), klines.High), klines.Low);
        hash = Mix(Mix(hash, klines.Close), klines.Volume);
        if (data.Funding is { Rates: var rates })
            hash = Mix(Mix(hash, rates.Times), rates.Rates);
        if (data.Instrument is { } instrument)
            hash = Mix(hash, [instrument.TickSize, instrument.QuantityStep, instrument.MinNotional ?? 0]);
        return hash.ToString("x16", CultureInfo.InvariantCulture);
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
