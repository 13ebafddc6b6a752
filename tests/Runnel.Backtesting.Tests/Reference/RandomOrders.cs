namespace Runnel.Backtesting.Tests;

/// <summary>Seeded random orders of every kind, the same for the engine and for the reference engine: what is placed depends on the bar and
/// the seed alone.</summary>
internal sealed class RandomOrders : IStrategy
{
    private readonly List<(int Bar, EntryRequest Entry)> entries = [];
    private readonly List<(int Bar, int What, double Price)> others = [];

    public RandomOrders(Klines klines, int seed, bool needsStop)
    {
        Random random = new(seed);
        double At(double price, double farthest) => Math.Round(price * (1 + (random.NextDouble() * 2 - 1) * farthest) * 4) / 4; // exact in binary
        for (int bar = 0; bar < klines.Count; bar++)
        {
            double close = klines.Close[bar];
            int count = random.Next(8) == 0 ? random.Next(1, 4) : 0, group = random.Next(2) * (bar + 1);
            TradeSide side = random.Next(2) == 0 ? TradeSide.Long : TradeSide.Short;
            for (int i = 0; i < count; i++)
            {
                int sign = side == TradeSide.Long ? 1 : -1;
                entries.Add((bar, new EntryRequest
                {
                    Kind = (EntryKind)random.Next(4),
                    Side = side,
                    Price = At(close, 0.02),
                    LimitPrice = At(close, 0.03),
                    Bars = random.Next(1, 6),
                    StopLoss = needsStop || random.Next(2) == 0 ? Math.Round(close * (1 - sign * (0.005 + random.NextDouble() * 0.04)) * 4) / 4 + 0.125 : double.NaN,
                    TakeProfit = random.Next(2) == 0 ? Math.Round(close * (1 + sign * (0.005 + random.NextDouble() * 0.04)) * 4) / 4 : double.NaN,
                    Trail = random.Next(3) == 0 ? Math.Max(1, Math.Round(close * random.NextDouble() * 0.03 * 4) / 4) : double.NaN,
                    Group = group,
                }));
            }

            if (random.Next(20) == 0)
                others.Add((bar, random.Next(4), At(close, 0.03)));
        }
    }

    public int FirstBar => 0;

    public void OnBar(StrategyContext context)
    {
        foreach ((int _, EntryRequest entry) in entries.Where(e => e.Bar == context.Bar))
        {
            if (MayEnter(context.Side, entry.Side))
                context.Place(entry);
        }

        foreach ((int _, int what, double price) in others.Where(o => o.Bar == context.Bar))
        {
            switch (what)
            {
                case 0: context.CloseAll(); break;
                case 1: context.CancelEntries(); break;
                case 2: context.SetStopLoss(price); break;
                default: context.SetTakeProfit(price); break;
            }
        }
    }

    /// <summary>The same in the reference engine.</summary>
    public SlowBroker RunSlowly(Klines klines, BacktestSettings settings)
    {
        SlowBroker broker = new(klines, settings);
        for (int bar = 0; bar < klines.Count; bar++)
            broker.Bar(bar, () => Decide(broker, bar, settings));
        return broker;
    }

    private void Decide(SlowBroker broker, int bar, BacktestSettings settings)
    {
        foreach ((int _, EntryRequest entry) in entries.Where(e => e.Bar == bar))
        {
            if (MayEnter(broker.Side, entry.Side))
                broker.Place(Slow(entry, bar, settings));
        }

        foreach ((int _, int what, double price) in others.Where(o => o.Bar == bar))
        {
            switch (what)
            {
                case 0: broker.CloseAll(); break;
                case 1: broker.CancelEntries(); break;
                case 2: broker.SetStopLoss((decimal)price); break;
                default: broker.SetTakeProfit((decimal)price); break;
            }
        }
    }

    private static bool MayEnter(int position, TradeSide side) => position == 0 || (position > 0) == (side == TradeSide.Long);

    private static SlowEntry Slow(EntryRequest entry, int bar, BacktestSettings settings) => new()
    {
        Kind = entry.Kind,
        Side = entry.Side == TradeSide.Long ? 1 : -1,
        Size = entry.Size ?? settings.Size,
        Price = (decimal)entry.Price,
        Limit = (decimal)entry.LimitPrice,
        StopLoss = Known(entry.StopLoss),
        TakeProfit = Known(entry.TakeProfit),
        Trail = Known(entry.Trail),
        Group = entry.Group,
        LastBar = bar + entry.Bars,
    };

    private static decimal? Known(double price) => double.IsNaN(price) ? null : (decimal)price;
}
