using Runnel.Numerics;

namespace Runnel.MarketData;

/// <summary>The minutes of the synthetic market, one after the other; it holds the minute made last. A minute's return is a drift, set by the
/// regime, plus a normal whose variance follows GARCH(1,1), plus a rare jump.</summary>
internal sealed class SyntheticMinutes
{
    private const long Minute = 60_000;
    private const double Variance = 0.0007 * 0.0007; // of a minute's return: some 50 % a year
    private const double OfShock = 0.03, OfPast = 0.965; // GARCH(1,1); the rest of 1 pulls back to the regime's own level
    private const double JumpChance = 1.0 / 30_000; // some 18 a year

    private readonly double scale; // ticks in one unit of price
    private readonly double anchor;
    private Xoshiro random;
    private double variance = Variance;
    private int minutesLeft; // of the regime
    private double drift, center, level;

    public SyntheticMinutes(ulong seed, double firstPrice, long firstTime)
    {
        random = new Xoshiro(seed);
        scale = 1;
        while (firstPrice * scale < 50_000)
            scale *= 10;
        (Close, anchor, NextTime) = (Round(firstPrice), firstPrice * 4, firstTime);
    }

    /// <summary>Open time of the minute that <see cref="Move"/> will make, Unix milliseconds.</summary>
    public long NextTime { get; private set; }

    public double Open { get; private set; }

    public double High { get; private set; }

    public double Low { get; private set; }

    public double Close { get; private set; }

    public double Volume { get; private set; }

    public void Move()
    {
        if (minutesLeft-- == 0)
            ChangeRegime();

        double deviation = Math.Sqrt(variance);
        double shock = deviation * random.NextNormal();
        variance = ((1 - OfShock - OfPast) * Variance * level) + (OfShock * shock * shock) + (OfPast * variance);

        double pull = center > 0 ? 0.0004 * ((center / Close) - 1) : 0;
        double move = drift + pull + shock + (random.NextUniform() < JumpChance ? Jump() : 0);
        (double above, double below) = (random.NextUniform(), random.NextUniform());

        Open = Close;
        Close = Round(Open * (1 + Math.Clamp(move, -0.3, 0.3)));
        High = Math.Max(Round(Math.Max(Open, Close) * (1 + (deviation * above * above))), Math.Max(Open, Close));
        Low = Math.Min(Round(Math.Min(Open, Close) * (1 - (deviation * below * below))), Math.Min(Open, Close));
        Volume = Math.Round((0.2 + random.NextUniform() + (Math.Abs(move) / deviation)) * 250_000 / anchor * 1_000) / 1_000;
        NextTime += Minute;
    }

    // A quarter each: up, down, range, quiet range. The further the price is from its anchor, the likelier it is to turn back.
    private void ChangeRegime()
    {
        minutesLeft = 360 + (int)(random.NextUniform() * 14_000); // six hours to ten days
        double kind = random.NextUniform() + Math.Clamp(0.06 * ((Close / anchor) - (anchor / Close)), -0.4, 0.4);
        double strength = (0.3 + (1.7 * random.NextUniform())) * 0.01 / 1_440; // 0.3 to 2 % a day
        (drift, center, level) = kind switch
        {
            < 0.27 => (strength, 0.0, 1.0),
            < 0.50 => (0.0, Close, 0.7),
            < 0.75 => (0.0, Close, 0.2),
            _ => (-strength, 0.0, 1.6),
        };
    }

    private double Jump()
    {
        double size = 0.01 + (0.05 * random.NextUniform());
        variance *= 6; // an aftershock of volatility
        return random.NextUniform() < 0.5 ? size : -size;
    }

    private double Round(double price) => Math.Max(1, Math.Round(price * scale)) / scale;
}
