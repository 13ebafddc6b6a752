using System.Buffers;

namespace Runnel.Backtesting;

/// <summary>Cash, open trades and waiting orders of one run, and the broker's rules for them (docs/backtesting/engine-rules.md).</summary>
/// <remarks>Equity is written lazily: between two fills it is base + units * close, marked for the whole stretch at once by
/// <see cref="MarkBefore"/> whenever cash or positions are about to change.</remarks>
internal sealed class Account : IDisposable
{
    private readonly BacktestSettings settings;
    private readonly double[] open;
    private readonly double[] high;
    private readonly double[] low;
    private readonly double[] close;
    private readonly long[] times;
    private readonly FillPrices prices;
    private readonly FundingSchedule? funding;
    private readonly double[]? equity;
    private readonly double[] dayEquity;
    private Position[] positions = new Position[4];
    private EntryOrder[] entries = new EntryOrder[2];
    private Trade[] trades;
    private int entryCount;
    private int markedTo;
    private bool closeAll;
    private double cost; // sum of units * entry price
    private bool hasLevels;
    private bool hasTrails;

    /// <param name="klines">What the run is on.</param>
    /// <param name="settings">Valid settings.</param>
    /// <param name="equity">Where equity of each bar goes; null where only figures are wanted.</param>
    public Account(Klines klines, BacktestSettings settings, double[]? equity = null)
    {
        this.settings = settings;
        (open, high, low, close, times) = (klines.OpenColumn, klines.HighColumn, klines.LowColumn, klines.CloseColumn, klines.TimeColumn);
        prices = new FillPrices(klines, settings);
        Cash = settings.Cash;
        funding = settings.Funding is { Count: > 0 } rates ? new FundingSchedule(rates, times, settings.FundingBetweenBars) : null;
        this.equity = equity;
        dayEquity = ArrayPool<double>.Shared.Rent(klines.DayEnds.Length);
        Curve = new EquityCurve(close, klines.DayEnds, equity, dayEquity);
        trades = ArrayPool<Trade>.Shared.Rent(256);
    }

    public double Cash { get; private set; }

    /// <summary>Whether <see cref="Process"/> has to see the next bar.</summary>
    public bool Busy { get; private set; }

    /// <summary>1 while long, -1 while short, 0 while flat.</summary>
    public int Side { get; private set; }

    /// <summary>Sum over open trades, negative when short.</summary>
    public double Units { get; private set; }

    public int OpenCount { get; private set; }

    public bool IsRuined { get; private set; }

    public int OrdersDropped { get; private set; }

    public double FundingPaid { get; private set; }

    public List<FundingPayment> FundingPayments { get; } = [];

    public int TradeCount { get; private set; }

    public ReadOnlySpan<Trade> Trades => trades.AsSpan(0, TradeCount);

    public ReadOnlySpan<Position> Positions => positions.AsSpan(0, OpenCount);

    /// <summary>Equity of the bars so far; whole after <see cref="Finish"/>.</summary>
    public EquityCurve Curve { get; }

    /// <summary>Equity of every bar, where it was wanted.</summary>
    public double[] Equity => equity ?? [];

    public BacktestSettings Settings => settings;

    /// <summary>What a portfolio lets this account use, which then follows the equity; null where the account is alone.</summary>
    public Budget? Budget { get; init; }

    public void Enter(int side, double stopLoss = double.NaN, double takeProfit = double.NaN, double trail = double.NaN) => Place(new EntryOrder
    {
        Kind = EntryKind.Market,
        Side = side,
        Size = settings.Size,
        StopLoss = stopLoss,
        TakeProfit = takeProfit,
        Trail = trail,
    });

    /// <summary>Takes the side that a signal calls for, as far as the direction allows: leaves the other side, enters while not on it.</summary>
    public void Turn(int side, TradeDirection direction)
    {
        bool mayEnter = direction == TradeDirection.LongShort || (direction == TradeDirection.LongOnly) == (side > 0);
        if (Side == -side)
            CloseAll();
        if (mayEnter && Side != side)
            Enter(side);
    }

    public void Place(in EntryOrder order)
    {
        if (settings.Exclusive)
        {
            entryCount = 0;
            closeAll |= OpenCount > 0;
        }

        if (entryCount == entries.Length)
            Array.Resize(ref entries, entryCount * 2);
        entries[entryCount++] = order;
        Busy = true;
    }

    /// <summary>Closes every open trade at the next fill.</summary>
    public void CloseAll()
    {
        closeAll |= OpenCount > 0;
        Busy |= closeAll;
    }

    public void CancelEntries() => entryCount = 0;

    /// <summary>Works off the bar: funding, closes, levels of open trades, entries, levels of market entries just filled.</summary>
    public void Process(int bar)
    {
        if (funding is not null && funding.FallsDue(bar))
            PayFunding(bar);
        if (closeAll)
            CloseEvery(bar);
        if (hasLevels)
            TestLevels(bar, onlyNew: false);
        if (entryCount > 0 && !IsRuined)
            FillEntries(bar);
        if (hasTrails)
            MoveTrails(bar);
        Busy = closeAll || entryCount > 0 || (OpenCount > 0 && (hasLevels || funding is not null));
    }

    /// <summary>Marks the bars that are left.</summary>
    public void Finish() => MarkBefore(close.Length);

    public double EquityAt(double price) => Cash - cost + Units * price;

    /// <summary>Initial margin of the open trades at a price.</summary>
    public double MarginAt(double price)
    {
        double used = 0;
        foreach (ref readonly Position position in Positions)
            used += Math.Abs(position.Units) * price / settings.Leverage;
        return used;
    }

    /// <summary>Closes everything at a bar's close, since no equity is left.</summary>
    public void Ruin(int bar)
    {
        IsRuined = true;
        foreach (ref readonly Position position in Positions)
            Close(position, bar, prices.Slipped(close[bar], -Math.Sign(position.Units)), ExitReason.Ruin);
        (OpenCount, entryCount, closeAll, Cash) = (0, 0, false, 0);
        Recount();
        Curve.MarkLost(bar);
    }

    public void Dispose()
    {
        ArrayPool<double>.Shared.Return(dayEquity);
        ArrayPool<Trade>.Shared.Return(trades);
    }

    private void PayFunding(int bar)
    {
        FundingSchedule schedule = funding!;
        while (schedule.TryTake(bar, out long time, out double rate))
        {
            if (OpenCount == 0)
                continue;
            MarkBefore(bar);
            if (IsRuined)
                return;
            double paid = 0;
            foreach (ref readonly Position position in Positions)
                paid += position.Units * open[bar] * rate;
            Cash -= paid;
            FundingPaid += paid;
            FundingPayments.Add(new FundingPayment(bar, time, rate, paid));
        }
    }

    private void CloseEvery(int bar)
    {
        closeAll = false;
        int at = settings.TradeOnClose ? bar - 1 : bar;
        double price = prices.AtMarket(at);
        MarkBefore(bar);
        if (IsRuined)
            return;
        foreach (ref readonly Position position in Positions)
            Close(position, at, prices.Slipped(price, -Math.Sign(position.Units)), ExitReason.Signal);
        OpenCount = 0;
        Recount();
    }

    private void TestLevels(int bar, bool onlyNew)
    {
        for (int k = 0; k < OpenCount;)
        {
            ref Position position = ref positions[k];
            if ((onlyNew && !position.FilledNow) || !prices.Exits(position, bar, out double price, out ExitReason reason))
            {
                k++;
                continue;
            }

            MarkBefore(bar);
            if (IsRuined)
                return;
            Close(position, bar, price, reason);
            Array.Copy(positions, k + 1, positions, k, --OpenCount - k);
            Recount();
        }
    }

    // After the bar's own tests: a high and the fall from it may be one bar, but which came first is not known.
    private void MoveTrails(int bar)
    {
        for (int k = 0; k < OpenCount; k++)
        {
            ref Position position = ref positions[k];
            if (!(position.Trail > 0) || position.FilledInside == bar)
                continue;
            double stop = position.Units > 0 ? high[bar] - position.Trail : low[bar] + position.Trail;
            if (position.Units > 0 ? stop > position.StopLoss : stop < position.StopLoss)
                (position.StopLoss, position.HasTrailed) = (stop, true);
        }
    }

    private void FillEntries(int bar)
    {
        int kept = 0;
        bool levelsToTest = false;
        for (int k = 0; k < entryCount; k++)
        {
            ref EntryOrder order = ref entries[k];
            if (!prices.Enters(order, bar, out int at, out double price))
            {
                if (order.LastBar > bar)
                    entries[kept++] = order;
                continue;
            }

            double size = SizeOf(order, bar, price);
            if (size == 0)
            {
                OrdersDropped++;
                continue;
            }

            MarkBefore(bar);
            if (IsRuined)
                return;
            levelsToTest |= Open(order, at, price, size);
        }

        entryCount = kept;
        if (levelsToTest)
            TestLevels(bar, onlyNew: true);
        for (int k = 0; k < OpenCount; k++)
            positions[k].FilledNow = false;
    }

    private double SizeOf(in EntryOrder order, int bar, double price)
    {
        double available = Available(settings.MarginMark == MarginMark.FillPrice ? price : close[bar]);
        return OrderSizing.Units(order, settings, price, available, Budget?.Equity(this, price) ?? EquityAt(price));
    }

    private double Available(double price)
    {
        if (Budget is not null)
            return Budget.Available(this, price);
        return OpenCount == 0 ? Math.Max(0, Cash) : Math.Max(0, EquityAt(price) - MarginAt(price));
    }

    private bool Open(in EntryOrder order, int at, double price, double size)
    {
        double entry = price * (1 + order.Side * settings.Spread);
        double fee = settings.Commission * size * entry;
        Cash -= fee;
        if (OpenCount == positions.Length)
            Array.Resize(ref positions, OpenCount * 2);
        bool isMarket = order.Kind == EntryKind.Market;
        double trailStop = order.Trail > 0 ? entry - order.Side * order.Trail : double.NaN;
        bool trailIsNearer = order.Trail > 0 && !(order.Side * order.StopLoss >= order.Side * trailStop);
        positions[OpenCount++] = new Position
        {
            EntryBar = at,
            Units = order.Side * size,
            EntryPrice = entry,
            EntryFee = fee,
            StopLoss = trailIsNearer ? trailStop : order.StopLoss,
            TakeProfit = order.TakeProfit,
            Trail = order.Trail,
            HasTrailed = trailIsNearer,
            Liquidation = settings.MaintenanceMargin is { } maintenance
                ? Margin.LiquidationPrice(order.Side > 0 ? TradeSide.Long : TradeSide.Short, entry, settings.Leverage, maintenance) : double.NaN,
            FilledNow = true,
            FilledInside = isMarket ? -1 : at,
        };
        Recount();
        return hasLevels && isMarket;
    }

    private void Close(in Position position, int bar, double price, ExitReason reason)
    {
        double size = Math.Abs(position.Units);
        double gain = position.Units * (price - position.EntryPrice);
        double fee = reason == ExitReason.Liquidation ? 0 : settings.Commission * size * price; // the whole margin is lost, no more
        Cash += gain - fee;
        if (TradeCount == trades.Length)
            GrowTrades();
        trades[TradeCount++] = new Trade
        {
            EntryBar = position.EntryBar,
            ExitBar = bar,
            EntryTime = times[position.EntryBar],
            ExitTime = times[bar],
            Side = position.Units > 0 ? TradeSide.Long : TradeSide.Short,
            Size = size,
            EntryPrice = position.EntryPrice,
            ExitPrice = price,
            Reason = reason,
            Fees = position.EntryFee + fee,
            Pnl = gain - (position.EntryFee + fee),
        };
    }

    private void GrowTrades()
    {
        Trade[] larger = ArrayPool<Trade>.Shared.Rent(trades.Length * 2);
        Trades.CopyTo(larger);
        ArrayPool<Trade>.Shared.Return(trades);
        trades = larger;
    }

    private void Recount()
    {
        (Units, cost, hasLevels, hasTrails) = (0, 0, false, false);
        foreach (ref readonly Position position in Positions)
        {
            Units += position.Units;
            cost += position.Units * position.EntryPrice;
            hasLevels |= !(double.IsNaN(position.StopLoss) && double.IsNaN(position.TakeProfit) && double.IsNaN(position.Liquidation));
            hasTrails |= position.Trail > 0;
        }

        Side = OpenCount == 0 ? 0 : Math.Sign(Units);
    }

    private void MarkBefore(int bar)
    {
        if (bar <= markedTo || IsRuined || Budget is not null)
            return;
        int marked = Curve.Mark(markedTo, bar, Cash - cost, Units);
        if (marked < bar)
            Ruin(marked);
        markedTo = bar;
    }
}
