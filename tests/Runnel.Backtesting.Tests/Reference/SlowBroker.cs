namespace Runnel.Backtesting.Tests;

/// <summary>The engine's rules once more, written down one after the other in the plainest way and in decimal arithmetic: no lazy marking,
/// no flags, every bar looks at everything. Slow on purpose; the engine is compared with it.</summary>
internal sealed class SlowBroker(Klines klines, BacktestSettings settings)
{
    private readonly SlowPrices prices = new(klines, settings);
    private readonly List<SlowEntry> entries = [];
    private readonly bool followsPath = settings.FillModel == FillModel.BarPath;
    private bool closeAll;
    private bool hangs;

    public List<SlowTrade> Open { get; } = [];

    public List<SlowTrade> Closed { get; } = [];

    public List<decimal> Equity { get; } = [];

    public decimal Cash { get; private set; } = (decimal)settings.Cash;

    /// <summary>Whether a decision compared two values that are equal but for the rounding of a square root: any engine may take either.</summary>
    public bool HangsOnTie
    {
        get => hangs || prices.HangsOnTie;
        set => hangs = value;
    }

    public bool IsRuined { get; private set; }

    public int Side => Math.Sign(Open.Sum(t => t.Units)); // the net of both sides, where entries of both were waiting

    public void Enter(int side, decimal? stopLoss = null, decimal? takeProfit = null, decimal? trail = null) => Place(new SlowEntry
    {
        Kind = EntryKind.Market,
        Side = side,
        Size = settings.Size,
        StopLoss = stopLoss,
        TakeProfit = takeProfit,
        Trail = trail,
    });

    public void EnterAtStop(int side, decimal price)
    {
        entries.Clear();
        Place(new SlowEntry { Kind = EntryKind.Stop, Side = side, Size = settings.Size, Price = price });
    }

    public void CancelEntries() => entries.Clear();

    public void SetStopLoss(decimal price)
    {
        foreach (SlowTrade trade in Open)
            (trade.StopLoss, trade.HasTrailed) = (prices.OnTick(price, trade.IsLong ? -1 : 1), false);
    }

    public void SetTakeProfit(decimal price)
    {
        foreach (SlowTrade trade in Open)
            trade.TakeProfit = prices.OnTick(price, trade.IsLong ? 1 : -1);
    }

    public void Place(SlowEntry entry)
    {
        if (settings.Exclusive)
        {
            entries.Clear();
            closeAll |= Open.Count > 0;
        }

        int side = entry.Side;
        entry.Price = prices.OnTick(entry.Price, entry.Kind == EntryKind.Limit ? -side : side);
        entry.Limit = prices.OnTick(entry.Limit, -side);
        entry.StopLoss = prices.OnTick(entry.StopLoss, -side);
        entry.TakeProfit = prices.OnTick(entry.TakeProfit, side);
        entries.Add(entry);
    }

    public void CloseAll() => closeAll |= Open.Count > 0;

    /// <summary>Works one bar off and lets the strategy look at its close.</summary>
    public void Bar(int bar, Action decide)
    {
        if (!IsRuined)
        {
            Funding(bar);
            if (!settings.RequireVolume || klines.Volume[bar] > 0)
            {
                Closes(bar);
                foreach (SlowBar part in SlowBar.Parts(klines, bar, settings.FinerKlines))
                    WorkOff(bar, part);
            }

            entries.RemoveAll(e => e.Kind != EntryKind.Market && e.LastBar <= bar);
        }

        decimal equity = IsRuined ? 0 : Cash + Open.Sum(t => t.Gain(Price(klines.Close, bar)));
        if (equity <= 0 && !IsRuined)
        {
            foreach (SlowTrade trade in Open.ToArray())
                Close(trade, bar, Slipped(trade, Price(klines.Close, bar), bar), ExitReason.Ruin);
            entries.Clear();
            (IsRuined, Cash, equity) = (true, 0, 0);
        }

        Equity.Add(equity);
        if (!IsRuined)
            decide();
    }

    private static decimal Price(ReadOnlySpan<double> column, int bar) => (decimal)column[bar];

    private void WorkOff(int bar, SlowBar part)
    {
        if (followsPath)
        {
            Follow(bar, part);
            return;
        }

        foreach (SlowTrade trade in Open.ToArray())
            Levels(trade, bar, part);
        List<SlowTrade> filled = Entries(bar, part);
        foreach (SlowTrade trade in filled.Where(t => t.FilledAtOpen))
            Levels(trade, bar, part);
        foreach (SlowTrade trade in Open.Where(t => t.FilledAtOpen || !filled.Contains(t)))
            Tighten(trade, trade.IsLong ? part.High - trade.Trail : part.Low + trade.Trail);
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
            Close(trade, at, Slipped(trade, price, at), ExitReason.Signal);
    }

    private void Levels(SlowTrade trade, int bar, SlowBar part)
    {
        int sign = trade.IsLong ? 1 : -1; // a short's prices are compared with their signs turned
        decimal worst = sign * (trade.IsLong ? part.Low : part.High), best = sign * (trade.IsLong ? part.High : part.Low), first = sign * part.Open;
        decimal? stop = sign * trade.StopLoss, target = sign * trade.TakeProfit, liquidation = sign * trade.Liquidation;
        bool stopComesFirst = worst <= stop && !(first <= liquidation) && !(stop < liquidation);
        if (stopComesFirst)
            Stop(trade, bar, sign * Math.Min(first, stop!.Value));
        else if (worst <= liquidation)
            Liquidate(trade, bar);
        else if (best >= target)
            Close(trade, bar, sign * Math.Max(first, target.Value), ExitReason.TakeProfit);
    }

    // Every price at which anything could happen is visited one after the other, and at each one looks whether anything does.
    private void Follow(int bar, SlowBar part)
    {
        while (ExitAt(bar, part.Open))
        {
        }

        foreach (SlowEntry entry in entries.Where(e => e.Kind == EntryKind.Market).ToArray())
        {
            if (entries.Contains(entry))
                FillMarket(entry, bar);
        }

        decimal[] corners = part.Path();
        decimal at = corners[0];
        Happen(bar, at);
        foreach (decimal corner in corners[1..])
        {
            bool moved = at != corner;
            while (at != corner)
            {
                int direction = Math.Sign(corner - at);
                at = direction * Levels().Append(corner).Select(level => direction * level).Where(level => level > direction * at && level <= direction * corner).Min();
                Happen(bar, at);
            }

            foreach (SlowTrade trade in Open.Where(_ => moved))
                Tighten(trade, trade.IsLong ? corner - trade.Trail : corner + trade.Trail);
        }
    }

    private IEnumerable<decimal> Levels() => Open.SelectMany(t => new[] { t.StopLoss, t.TakeProfit, t.Liquidation }).OfType<decimal>()
        .Concat(entries.Select(e => e.Price));

    private void Happen(int bar, decimal at)
    {
        while (ExitAt(bar, at) || EnterAt(bar, at))
        {
        }
    }

    private bool ExitAt(int bar, decimal at)
    {
        foreach (SlowTrade trade in Open)
        {
            int sign = trade.IsLong ? 1 : -1;
            if (sign * at <= sign * trade.Liquidation)
                Liquidate(trade, bar);
            else if (sign * at <= sign * trade.StopLoss)
                Stop(trade, bar, at);
            else if (sign * at >= sign * trade.TakeProfit)
                Close(trade, bar, at, ExitReason.TakeProfit);
            else
                continue;
            return true;
        }

        return false;
    }

    private bool EnterAt(int bar, decimal at)
    {
        foreach (SlowEntry entry in entries)
        {
            bool reaches = entry.Kind == EntryKind.Limit ? entry.Side * at <= entry.Side * entry.Price : entry.Side * at >= entry.Side * entry.Price;
            if (!reaches)
                continue;
            if (entry.Kind == EntryKind.StopLimit && entry.Side * at > entry.Side * entry.Limit)
                (entry.Kind, entry.Price) = (EntryKind.Limit, entry.Limit);
            else
                Fill(entry, bar, bar, at, isTaker: entry.Kind != EntryKind.Limit, entry.Kind == EntryKind.StopLimit ? entry.Limit : null);
            return true;
        }

        return false;
    }

    private void Stop(SlowTrade trade, int bar, decimal price) =>
        Close(trade, bar, Slipped(trade, price, bar), trade.HasTrailed ? ExitReason.TrailingStop : ExitReason.StopLoss);

    private void Liquidate(SlowTrade trade, int bar) =>
        Close(trade, bar, trade.Entry * (1 - (trade.IsLong ? 1 : -1) / (decimal)settings.Leverage), ExitReason.Liquidation);

    private void Tighten(SlowTrade trade, decimal? stop)
    {
        stop = prices.OnTick(stop, trade.IsLong ? -1 : 1);
        bool isNearer = trade.StopLoss is null || (trade.IsLong ? stop > trade.StopLoss : stop < trade.StopLoss);
        if (stop is not null && isNearer)
            (trade.StopLoss, trade.HasTrailed) = (stop, true);
    }

    private List<SlowTrade> Entries(int bar, SlowBar part)
    {
        List<SlowTrade> filled = [];
        foreach (SlowEntry entry in entries.ToArray())
        {
            if (entries.Contains(entry) && Entry(entry, bar, part) is { } trade)
                filled.Add(trade);
        }

        return filled;
    }

    private SlowTrade? Entry(SlowEntry entry, int bar, SlowBar part)
    {
        int side = entry.Side;
        decimal best = side * (side > 0 ? part.Low : part.High), worst = side * (side > 0 ? part.High : part.Low), first = side * part.Open;
        switch (entry.Kind)
        {
            case EntryKind.Market:
                return FillMarket(entry, bar);
            case EntryKind.Limit:
                return best <= side * entry.Price ? Fill(entry, bar, bar, side * Math.Min(first, side * entry.Price), isTaker: false, null) : null;
            case EntryKind.Stop:
                return worst >= side * entry.Price ? Fill(entry, bar, bar, side * Math.Max(first, side * entry.Price), isTaker: true, null) : null;
            default:
                decimal trigger = side * entry.Price, limit = side * entry.Limit;
                if (worst < trigger)
                    return null;
                if (Math.Max(first, trigger) <= limit)
                    return Fill(entry, bar, bar, side * Math.Max(first, trigger), isTaker: true, entry.Limit);
                (entry.Kind, entry.Price) = (EntryKind.Limit, entry.Limit);
                bool comesBack = first >= trigger ? best <= limit : side * part.Close <= limit;
                return comesBack ? Fill(entry, bar, bar, entry.Limit, isTaker: false, null) : null;
        }
    }

    private SlowTrade? FillMarket(SlowEntry entry, int bar)
    {
        int at = settings.TradeOnClose ? bar - 1 : bar;
        return Fill(entry, bar, at, settings.TradeOnClose ? Price(klines.Close, at) : Price(klines.Open, at), isTaker: true, null);
    }

    private SlowTrade? Fill(SlowEntry entry, int bar, int at, decimal raw, bool isTaker, decimal? worst)
    {
        entries.Remove(entry);
        int side = entry.Side;
        decimal commission = (decimal)(isTaker ? settings.Commission : settings.MakerCommission ?? settings.Commission);
        decimal spread = 1 + side * (decimal)settings.Spread;
        SlowLevels levels = new(klines, settings, prices);
        decimal price = Slip(0);
        if (!levels.BeforeSizing(entry, bar, price * spread))
            return null;
        decimal size = Math.Min(Size(price), prices.VolumeRoom(at));
        if (settings.VolumeImpact > 0 && size > 0)
        {
            price = Slip(size);
            size = Math.Min(size, Size(price));
        }

        if (size == 0 || size * price < (decimal)settings.MinNotional || size < (decimal)settings.MinSize)
            return null;
        decimal value = price * spread, fee = commission * size * value, equity = EquityAt(price);
        levels.AfterSizing(entry, value, size, equity);
        Cash -= fee;
        decimal room = 1 / (decimal)settings.Leverage - (decimal)(settings.MaintenanceMargin ?? 0);
        SlowTrade trade = new()
        {
            EntryBar = at,
            Units = side * size,
            Entry = value,
            EntryFee = fee,
            StopLoss = entry.StopLoss,
            TakeProfit = entry.TakeProfit,
            Trail = entry.Trail,
            FilledAtOpen = entry.Kind == EntryKind.Market,
            Liquidation = settings.MaintenanceMargin is null ? null : value * (1 - side * room),
        };
        Tighten(trade, value - side * entry.Trail);
        Open.Add(trade);
        if (entry.Group != 0)
            entries.RemoveAll(e => e.Group == entry.Group);
        return trade;

        decimal Slip(decimal units)
        {
            decimal slipped = isTaker ? prices.Slipped(raw, side, units, at) : raw;
            return side * slipped > side * worst ? worst!.Value : slipped;
        }

        decimal Size(decimal fill)
        {
            decimal available = Open.Count == 0 ? Cash : EquityAt(fill) - Open.Sum(t => Math.Abs(t.Units) * fill / (decimal)settings.Leverage);
            return prices.Size(entry, fill, commission, Math.Max(0, available), EquityAt(fill), Closed);
        }
    }

    private decimal EquityAt(decimal price) => Cash + Open.Sum(t => t.Gain(price));

    private void Close(SlowTrade trade, int bar, decimal price, ExitReason reason)
    {
        (trade.ExitBar, trade.Exit, trade.Reason) = (bar, price, reason);
        trade.ExitFee = reason == ExitReason.Liquidation ? 0 : Rate(reason) * Math.Abs(trade.Units) * price;
        Cash += trade.Gain(price) - trade.ExitFee;
        Open.Remove(trade);
        Closed.Add(trade);
    }

    private decimal Rate(ExitReason reason) =>
        (decimal)(reason == ExitReason.TakeProfit ? settings.MakerCommission ?? settings.Commission : settings.Commission);

    private decimal Slipped(SlowTrade trade, decimal price, int bar) => prices.Slipped(price, trade.IsLong ? -1 : 1, Math.Abs(trade.Units), bar);
}
