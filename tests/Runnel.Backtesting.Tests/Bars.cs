namespace Runnel.Backtesting.Tests;

/// <summary>Small sets of klines for tests.</summary>
internal static class Bars
{
    public const long Hour = 3_600_000;

    /// <summary>Hourly bars that open where the one before closed.</summary>
    public static Klines FromCloses(params double[] closes)
    {
        double[] opens = [closes[0], .. closes[..^1]];
        return From([.. opens.Zip(closes, (open, close) => (open, Math.Max(open, close), Math.Min(open, close), close))]);
    }

    /// <summary>Hourly bars with volume 1.</summary>
    public static Klines From(params (double Open, double High, double Low, double Close)[] bars) => new(
        "TEST",
        [.. bars.Select((_, i) => i * Hour)],
        [.. bars.Select(b => b.Open)],
        [.. bars.Select(b => b.High)],
        [.. bars.Select(b => b.Low)],
        [.. bars.Select(b => b.Close)],
        [.. bars.Select(_ => 1.0)]);
}
