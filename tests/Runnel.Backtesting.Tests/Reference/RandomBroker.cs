namespace Runnel.Backtesting.Tests;

/// <summary>Seeded random settings with every feature of the broker on or off, and orders of every kind to go with them.</summary>
internal sealed record RandomBroker(Klines Klines, RandomOrders Orders, BacktestSettings Settings)
{
    public static RandomBroker Create(int seed)
    {
        Random random = new(seed);
        Klines klines = RandomMarket.Create(random.Next(40, 250), seed);
        Klines? finer = null;
        if (random.Next(3) == 0)
            (klines, finer) = Coarser(RandomMarket.Create(random.Next(40, 250) * 4, seed, interval: Bars.Hour / 4), random);
        OrderSize size = random.Next(5) switch
        {
            0 => OrderSize.Fraction(Pick(random, 0.3, 0.95)),
            1 => OrderSize.Units(Pick(random, 0.5, 3)),
            2 => OrderSize.Cash(Pick(random, 733, 2190)),
            3 => OrderSize.Risk(Pick(random, 0.011, 0.023)),
            _ => OrderSize.Kelly(Pick(random, 0.5, 1)),
        };
        BacktestSettings settings = new()
        {
            Cash = random.Next(2, 20) * 1000,
            Lot = Pick(random, 0.001, 0.01, 0.1),
            Commission = Pick(random, 0, 0.00055),
            MakerCommission = random.Next(2) == 0 ? Pick(random, 0.0002, -0.0001) : null,
            Tick = Pick(random, 0, 0.1, 0.5, 0.05),
            MinNotional = Pick(random, 0, 0, 501),
            MinSize = Pick(random, 0, 0, 3),
            Spread = Pick(random, 0, 0.00021),
            Slippage = Pick(random, 0, 0.00013),
            SlippageAmount = Pick(random, 0, 0.37),
            BidAskSpread = Pick(random, 0, 0.00034),
            VolumeImpact = Pick(random, 0, 0.113),
            VolumeLimit = random.Next(3) == 0 ? Pick(random, 0.113, 0.517) : null,
            Leverage = Pick(random, 1, 3, 10),
            MaintenanceMargin = random.Next(3) == 0 ? 0.005 : null,
            Exclusive = random.Next(3) == 0,
            Size = size,
            FillModel = (FillModel)random.Next(2),
            FinerKlines = finer,
            StopLoss = random.Next(3) == 0 ? Stop(random, size) : null,
            TrailingStop = random.Next(4) == 0 ? random.Next(2) == 0 ? LevelRule.Percent(0.01713) : LevelRule.Atr(2.37, 5) : null,
        };
        bool tradesOnClose = random.Next(2) == 0;
        settings = settings with { TradeOnClose = tradesOnClose, RequireVolume = !tradesOnClose && random.Next(3) == 0 };
        if (random.Next(3) == 0)
            settings = settings with { TakeProfit = settings.StopLoss is null ? LevelRule.Atr(3.17, 7) : LevelRule.Risk(1.731) };
        return new RandomBroker(klines, new RandomOrders(klines, seed, needsStop: size.Kind == SizeKind.Risk), settings);
    }

    private static LevelRule Stop(Random random, OrderSize size) => random.Next(size.Kind == SizeKind.Risk ? 3 : 4) switch
    {
        0 => LevelRule.Percent(0.02031),
        1 => LevelRule.Distance(17.37),
        2 => LevelRule.Atr(1.93, 6),
        _ => LevelRule.Risk(0.0237),
    };

    /// <summary>Four bars to one, with some of the finer ones lost.</summary>
    private static (Klines Coarse, Klines Finer) Coarser(Klines finer, Random random)
    {
        int count = finer.Count / 4;
        T[] Each<T>(Func<int, T> make) => [.. Enumerable.Range(0, count).Select(i => make(i * 4))];
        Klines coarse = new("RANDOM", Each(i => finer.OpenTimes[i]), Each(i => finer.Open[i]), Each(i => Enumerable.Range(i, 4).Max(j => finer.High[j])),
            Each(i => Enumerable.Range(i, 4).Min(j => finer.Low[j])), Each(i => finer.Close[i + 3]), Each(i => Enumerable.Range(i, 4).Sum(j => finer.Volume[j])));
        int[] kept = [.. Enumerable.Range(0, finer.Count).Where(_ => random.Next(40) > 0)];
        double[] Kept(ReadOnlySpan<double> column)
        {
            double[] all = column.ToArray();
            return [.. kept.Select(i => all[i])];
        }

        return (coarse, new Klines("RANDOM", [.. kept.Select(i => finer.OpenTimes[i])], Kept(finer.Open), Kept(finer.High), Kept(finer.Low), Kept(finer.Close), Kept(finer.Volume)));
    }

    private static double Pick(Random random, params double[] values) => values[random.Next(values.Length)];
}
