namespace Runnel.Backtesting.Tests;

/// <summary>Rounding, slippage and sizes of the reference engine.</summary>
internal sealed class SlowPrices(Klines klines, BacktestSettings settings)
{
    /// <summary>Whether a quotient was so near a whole number that binary and decimal fractions may disagree on it.</summary>
    public bool HangsOnTie { get; private set; }

    public decimal Slipped(decimal price, int side, decimal units, int bar)
    {
        decimal volume = (decimal)klines.Volume[bar];
        decimal share = units == 0 ? 0 : volume == 0 ? 1 : Math.Min(1, units / volume);
        decimal fraction = (decimal)settings.Slippage + (decimal)settings.BidAskSpread / 2 + (decimal)settings.VolumeImpact * share * share;
        return OnTick(Math.Max(0, price * (1 + side * fraction) + side * (decimal)settings.SlippageAmount), side);
    }

    /// <summary>The next whole tick, up for side 1 and down for side -1.</summary>
    public decimal OnTick(decimal price, int side)
    {
        decimal tick = (decimal)settings.Tick;
        if (tick == 0)
            return price;
        decimal ticks = price / tick, near = Math.Round(ticks);
        return (Math.Abs(ticks - near) < 0.000_000_001m ? near : side > 0 ? Math.Ceiling(ticks) : Math.Floor(ticks)) * tick;
    }

    public decimal? OnTick(decimal? price, int side) => price is { } known ? OnTick(known, side) : null;

    public decimal Lots(decimal units)
    {
        decimal lots = units / (decimal)settings.Lot, near = Math.Round(lots);
        if (lots != near && Math.Abs(lots - near) < 0.000_000_1m)
            HangsOnTie = true;
        return Math.Floor(lots) * (decimal)settings.Lot;
    }

    public decimal VolumeRoom(int bar) => settings.VolumeLimit is { } share ? Lots((decimal)share * (decimal)klines.Volume[bar]) : decimal.MaxValue;

    /// <summary>Size of an entry by the table of sizes.</summary>
    public decimal Size(SlowEntry entry, decimal price, decimal commission, decimal available, decimal equity, IReadOnlyList<SlowTrade> closed)
    {
        decimal unitCost = price * (1 + entry.Side * (decimal)settings.Spread) + price * commission;
        decimal room = available * (decimal)settings.Leverage, value = (decimal)entry.Size.Value;
        switch (entry.Size.Kind)
        {
            case SizeKind.Fraction:
                return Lots(value * room / unitCost);
            case SizeKind.Kelly:
                return Lots(value * Math.Max(0, Kelly(closed)) * room / unitCost);
            case SizeKind.Units:
                return value * unitCost <= room ? value : 0;
            case SizeKind.Cash:
                decimal units = Lots(value / unitCost);
                return units * unitCost <= room ? units : 0;
            default:
                decimal distance = new[] { entry.StopLoss is { } stop ? Math.Abs(price - stop) : (decimal?)null, entry.Trail }.Min()!.Value;
                return distance == 0 ? 0 : Lots(Math.Min(value * Math.Max(0, equity) / distance, room / unitCost));
        }
    }

    private static decimal Kelly(IReadOnlyList<SlowTrade> closed)
    {
        if (closed.Count < 20)
            return 0.1m;
        decimal[] percents = [.. closed.Select(t => (t.Gain(t.Exit) - t.EntryFee - t.ExitFee) / (Math.Abs(t.Units) * t.Entry) * 100)];
        decimal[] wins = [.. percents.Where(p => p > 0)], losses = [.. percents.Where(p => p < 0)];
        decimal share = (decimal)wins.Length / percents.Length;
        return wins.Length == 0 || losses.Length == 0 ? share : share - (1 - share) / (wins.Average() / -losses.Average());
    }
}
