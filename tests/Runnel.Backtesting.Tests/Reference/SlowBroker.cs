namespace Runnel.Backtesting.Tests;

/// <summary>The engine's rules once more, written down one after the other in the plainest way and in decimal arithmetic: no lazy marking,
/// no flags, every bar looks at everything. Slow on purpose; the engine is compared with it.</summary>
internal sealed class SlowBroker(Klines klines, BacktestSettings settings)
{
    private readonly List<(int Side, decimal? Stop, decimal? StopLoss, decimal? TakeProfit, decimal? Trail)> entries = [];
    private bool closeAll;

    public List<SlowTrade> Open { get; } = [];

    public List<SlowTrade> Closed { get; } = [];

    public List<decimal> Equity { get; } = [];

    public decimal Cash { get; private set; } = (decimal)settings.Cash;

    /// <summary>Whether a decision compared two values that are equal but for the rounding of a square root: any engine may take either.</summary>
    public bool HangsOnTie { get; set; }

    public bool IsRuined { get; private set; }

    public int Side => Open.Count == 0 ? 0 : Open[0].IsLong ? 1 : -1;

    public void Enter(int side, decimal? stopLoss = null, decimal? takeProfit = null, decimal? trail = null) =>
        Place(side, null, stopLoss, takeProfit, trail);

    public void EnterAtStop(int side, decimal price)
    {
        entries.Clear();
        Place(side, price, null, null, null);
    }

    public void CloseAll() => closeAll = Open.Count > 0;

    /// <summary>Works one bar off and lets the strategy look at its close.</summary>
    public void Bar(int bar, Action decide)
    {
        if (!IsRuined)
        {
            Funding(bar);
            Closes(bar);
            foreach (SlowTrade trade in Open.ToArray())
                Levels(trade, bar);
            List<SlowTrade> filled = Entries(bar);
            foreach (SlowTrade trade in filled)
                Levels(trade, bar);
            foreach (SlowTrade trade in Open)
                Tighten(trade, trade.IsLong ? Price(klines.High, bar) - trade.Trail : Price(klines.Low, bar) + trade.Trail);
        }

        decimal equity = IsRuined ? 0 : Cash + Open.Sum(t => t.Gain(Price(klines.Close, bar)));
        if (equity <= 0 && !IsRuined)
        {
            foreach (SlowTrade trade in Open.ToArray())
                Close(trade, bar, Slipped(Price(klines.Close, bar), trade.IsLong ? -1 : 1), ExitReason.Ruin);
            (IsRuined, Cash, equity) = (true, 0, 0);
        }

        Equity.Add(equity);
        if (!IsRuined)
            decide();
    }

    private static decimal Price(ReadOnlySpan<double> column, int bar) => (decimal)column[bar];

    private void Place(int side, decimal? stop, decimal? stopLoss, decimal? takeProfit, decimal? trail)
    {
        if (settings.Exclusive)
        {
            entries.Clear();
            CloseAll();
        }

        entries.Add((side, stop, stopLoss, takeProfit, trail));
    }

    private void Funding(int bar)
    {
        if (settings.Funding is null)
            return;
        for (int i = 0; i < settings.Funding.Count; i++)
        {
            long time = settings.Funding.Times[i];
            if (time > klines.OpenTimes[bar] || (bar > 0 ? time <= klines.OpenTimes[bar - 1] : time < klines.OpenTimes[0]))
                continue;
            foreach (SlowTrade trade in Open)
                Cash -= trade.Units * Price(klines.Open, bar) * (decimal)settings.Funding.Rates[i];
        }
    }

    private void Closes(int bar)
    {
        if (!closeAll)
            return;
        closeAll = false;
        int at = settings.TradeOnClose ? bar - 1 : bar;
        decimal price = settings.TradeOnClose ? Price(klines.Close, at) : Price(klines.Open, at);
        foreach (SlowTrade trade in Open.ToArray())
            Close(trade, at, Slipped(price, trade.IsLong ? -1 : 1), ExitReason.Signal);
    }

    private void Levels(SlowTrade trade, int bar)
    {
        decimal open = Price(klines.Open, bar), high = Price(klines.High, bar), low = Price(klines.Low, bar);
        int sign = trade.IsLong ? 1 : -1; // a short's prices are compared with their signs turned
        decimal worst = sign * (trade.IsLong ? low : high), best = sign * (trade.IsLong ? high : low), first = sign * open;
        decimal? stop = sign * trade.StopLoss, target = sign * trade.TakeProfit, liquidation = sign * trade.Liquidation;
        bool stopComesFirst = worst <= stop && !(first <= liquidation) && !(stop < liquidation);
        if (stopComesFirst)
            Close(trade, bar, Slipped(sign * Math.Min(first, stop!.Value), -sign), trade.HasTrailed ? ExitReason.TrailingStop : ExitReason.StopLoss);
        else if (worst <= liquidation)
            Close(trade, bar, trade.Entry * (1 - sign / (decimal)settings.Leverage), ExitReason.Liquidation);
        else if (best >= target)
            Close(trade, bar, sign * Math.Max(first, target.Value), ExitReason.TakeProfit);
    }

    private static void Tighten(SlowTrade trade, decimal? stop)
    {
        bool isNearer = trade.StopLoss is null || (trade.IsLong ? stop > trade.StopLoss : stop < trade.StopLoss);
        if (stop is not null && isNearer)
            (trade.StopLoss, trade.HasTrailed) = (stop, true);
    }

    private List<SlowTrade> Entries(int bar)
    {
        List<SlowTrade> filled = [];
        foreach ((int side, decimal? stop, decimal? stopLoss, decimal? takeProfit, decimal? trail) in entries)
        {
            bool isMarket = stop is null;
            int at = isMarket && settings.TradeOnClose ? bar - 1 : bar;
            if (side * stop > side * (side > 0 ? Price(klines.High, bar) : Price(klines.Low, bar)))
                continue;
            decimal price = isMarket
                ? (settings.TradeOnClose ? Price(klines.Close, at) : Price(klines.Open, at))
                : side * Math.Max(side * Price(klines.Open, bar), side * stop!.Value);
            price = Slipped(price, side);
            decimal size = Size(price, side);
            if (size == 0)
                continue;
            decimal entry = price * (1 + side * (decimal)settings.Spread), fee = (decimal)settings.Commission * size * entry;
            Cash -= fee;
            decimal room = 1 / (decimal)settings.Leverage - (decimal)(settings.MaintenanceMargin ?? 0);
            SlowTrade trade = new()
            {
                EntryBar = at,
                Units = side * size,
                Entry = entry,
                EntryFee = fee,
                StopLoss = stopLoss,
                TakeProfit = takeProfit,
                Trail = trail,
                Liquidation = settings.MaintenanceMargin is null ? null : entry * (1 - side * room),
            };
            Tighten(trade, entry - side * trail);
            Open.Add(trade);
            if (isMarket)
                filled.Add(trade);
        }

        entries.Clear();
        return filled;
    }

    private decimal Size(decimal price, int side)
    {
        decimal leverage = (decimal)settings.Leverage, value = (decimal)settings.Size.Value, lot = (decimal)settings.Lot;
        decimal unitCost = price * (1 + side * (decimal)settings.Spread) + price * (decimal)settings.Commission;
        decimal available = Open.Count == 0 ? Cash : Cash + Open.Sum(t => t.Gain(price)) - Open.Sum(t => Math.Abs(t.Units) * price / leverage);
        available = Math.Max(0, available);
        if (settings.Size.Kind == SizeKind.Fraction)
            return Math.Floor(value * available * leverage / unitCost / lot) * lot;
        return value * unitCost <= available * leverage ? value : 0;
    }

    private void Close(SlowTrade trade, int bar, decimal price, ExitReason reason)
    {
        (trade.ExitBar, trade.Exit, trade.Reason) = (bar, price, reason);
        trade.ExitFee = reason == ExitReason.Liquidation ? 0 : (decimal)settings.Commission * Math.Abs(trade.Units) * price;
        Cash += trade.Gain(price) - trade.ExitFee;
        Open.Remove(trade);
        Closed.Add(trade);
    }

    private decimal Slipped(decimal price, int side) => price * (1 + side * (decimal)settings.Slippage);
}
