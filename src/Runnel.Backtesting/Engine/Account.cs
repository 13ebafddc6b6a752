using System.Buffers;

namespace Runnel.Backtesting;

/// <summary>Cash, open trades and waiting orders of one run, and the broker's rules for them (docs/backtesting/engine-rules.md).</summary>
/// <remarks>Equity is written lazily: between two fills it is base + units * close, marked for the whole stretch at once by
/// <see cref="MarkBefore"/> whenever cash or positions are about to change.</remarks>
internal sealed class Account : IDisposable
{
    private const int NoStep = -2; // no trade was filled inside it
    private readonly BacktestSettings settings;
    private readonly double[] open;
    private readonly double[] high;
    private readonly double[] low;
    private readonly double[] close;
    private readonly double[] volume;
    private readonly long[] times;
    private readonly FillPrices prices;
    private readonly EntryBook entries;
    private readonly PositionBook positions;
    private readonly TradeLog trades = new();
    private readonly FundingSchedule? funding;
    private readonly FinerBars? finer;
    private readonly BarPath? path;
    private readonly double makerCommission;
    private readonly bool mayBeQuiet; // whether high and low alone tell if a bar changes anything
    private readonly bool isDetailed; // whether an entry needs more than a price and a size
    private readonly double[]? equity;
    private readonly double[] dayEquity;
    private LevelRules? rules;
    private int step; // number of the bar, or part of one, that is being worked off
    private int markedTo;
    private bool closeAll;

    /// <param name="klines">What the run is on.</param>
    /// <param name="settings">Valid settings.</param>
    /// <param name="equity">Where equity of each bar goes; null where only figures are wanted.</param>
    /// <param name="peak">Highest equity before the first bar, where the run goes on from others; else null.</param>
    /// <param name="finer">The finer bars of the settings, where they are matched already; else null.</param>
    public Account(Klines klines, BacktestSettings settings, double[]? equity = null, double? peak = null, FinerBars? finer = null)
    {
        this.settings = settings;
        (open, high, low, close) = (klines.OpenColumn, klines.HighColumn, klines.LowColumn, klines.CloseColumn);
        (volume, times) = (klines.VolumeColumn, klines.TimeColumn);
        prices = new FillPrices(klines, settings);
        (entries, positions) = (new EntryBook(prices.Grid), new PositionBook(prices.Grid));
        Cash = settings.Cash;
        makerCommission = settings.MakerCommission ?? settings.Commission;
        funding = settings.Funding is { Count: > 0 } rates ? new FundingSchedule(rates, times, settings.FundingBetweenBars) : null;
        this.finer = finer ?? FinerBars.Of(klines, settings);
        path = settings.FillModel == FillModel.BarPath ? new BarPath(this, prices) : null;
        mayBeQuiet = funding is null && this.finer is null && path is null && !settings.RequireVolume;
        isDetailed = prices.HasImpact || settings.VolumeLimit is not null || settings.MinNotional > 0 || settings.MinSize > 0 || LevelRules.AreSet(settings);
        this.equity = equity;
        dayEquity = ArrayPool<double>.Shared.Rent(klines.DayEnds.Length);
        Curve = new EquityCurve(close, klines.DayEnds, equity, dayEquity, peak);
    }

    public double Cash { get; private set; }

    /// <summary>Whether <see cref="Process"/> has to see the next bar.</summary>
    public bool Busy { get; private set; }

    /// <summary>1 while long, -1 while short, 0 while flat.</summary>
    public int Side => positions.Side;

    /// <summary>Sum over open trades, negative when short.</summary>
    public double Units => positions.Units;

    public int OpenCount => positions.Count;

    public bool IsRuined { get; private set; }

    public int OrdersDropped { get; private set; }

    public double FundingPaid { get; private set; }

    public List<FundingPayment> FundingPayments { get; } = [];

    public ReadOnlySpan<Trade> Trades => trades.All;

    public ReadOnlySpan<Position> Positions => positions.All;

    public ReadOnlySpan<EntryOrder> Waiting => entries.All;

    /// <summary>Bars that could not be worked off by finer ones.</summary>
    public int BarsNotRefined => finer?.NotRefined ?? 0;

    /// <summary>Equity of the bars so far; whole after <see cref="Finish"/>.</summary>
    public EquityCurve Curve { get; }

    /// <summary>Equity of every bar, where it was wanted.</summary>
    public double[] Equity => equity ?? [];

    public BacktestSettings Settings => settings;

    /// <summary>Before the first bar: where the ranges come from that levels are measured by.</summary>
    public void UseIndicators(IndicatorSource indicators)
    {
        if (LevelRules.AreSet(settings))
            rules = new LevelRules(settings, prices.Grid, indicators);
    }

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
            entries.Clear();
            closeAll |= OpenCount > 0;
        }

        entries.Add(order);
        Busy = true;
    }

    /// <summary>Gives every open trade another stop-loss.</summary>
    public void SetStopLoss(double price)
    {
        positions.SetStopLoss(price);
        Busy |= positions.HasLevels;
    }

    /// <summary>Gives every open trade another take-profit.</summary>
    public void SetTakeProfit(double price)
    {
        positions.SetTakeProfit(price);
        Busy |= positions.HasLevels;
    }

    /// <summary>Closes every open trade at the next fill.</summary>
    public void CloseAll()
    {
        closeAll |= OpenCount > 0;
        Busy |= closeAll;
    }

    public void CancelEntries() => entries.Clear();

    /// <summary>Works off the bar: funding, closes, levels of open trades, entries, levels of market entries just filled.</summary>
    public void Process(int bar)
    {
        if (mayBeQuiet && !closeAll && entries.Count == 0 && positions.StayOpen(high[bar], low[bar]))
        {
            positions.Trail(high[bar], low[bar], ++step);
            return;
        }

        if (funding is not null && funding.FallsDue(bar))
            PayFunding(bar);
        if (!settings.RequireVolume || volume[bar] > 0)
            WorkOffBar(bar);
        if (entries.Count > 0)
            entries.Expire(bar);
        Busy = closeAll || entries.Count > 0 || (OpenCount > 0 && (positions.HasLevels || funding is not null));
    }

    /// <summary>Marks the bars that are left.</summary>
    public void Finish() => MarkBefore(close.Length);

    public double EquityAt(double price) => Cash - positions.Cost + Units * price;

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
        CloseEvery(bar, close[bar], ExitReason.Ruin);
        entries.Clear();
        (closeAll, Cash) = (false, 0);
        Curve.MarkLost(bar);
    }

    public void Dispose()
    {
        ArrayPool<double>.Shared.Return(dayEquity);
        trades.Dispose();
    }

    /// <summary>Closes an open trade whose level was reached.</summary>
    public void CloseAt(int index, int bar, double price, ExitReason reason)
    {
        MarkBefore(bar);
        if (IsRuined)
            return;
        Close(positions.All[index], bar, price, reason);
        positions.Remove(index);
    }

    /// <summary>Fills the market entries that wait.</summary>
    public void FillMarkets(int bar)
    {
        for (int k = 0; k < entries.Count && !IsRuined; k++)
        {
            if (entries.All[k].Kind == EntryKind.Market)
                Fill(ref k, bar, prices.Market(bar));
        }
    }

    /// <summary>Fills a waiting entry whose level the path of prices has reached; a stop-limit entry may go on as a limit entry.</summary>
    public void FillWaiting(int index, int bar, double price)
    {
        ref EntryOrder order = ref entries.All[index];
        EntryFill fill = new(bar, price, isTaker: order.Kind != EntryKind.Limit);
        if (order.Kind != EntryKind.StopLimit || FillPrices.Triggers(ref order, bar, price, out fill))
            Fill(ref index, bar, fill);
    }

    /// <summary>Moves trailing stops after prices have come to one that may be the best so far.</summary>
    public void TrailTo(double price) => positions.Trail(price, price, NoStep);

    private void WorkOffBar(int bar)
    {
        if (closeAll)
            CloseEvery(bar);
        Range parts = default;
        if (finer is null || (parts = finer.Of(bar)).Equals(default))
        {
            WorkOff(bar, new BarPrices(open[bar], high[bar], low[bar], close[bar]));
            return;
        }

        for (int part = parts.Start.Value; part < parts.End.Value && !IsRuined; part++)
            WorkOff(bar, finer!.At(part));
    }

    private void WorkOff(int bar, in BarPrices part)
    {
        step++;
        if (path is not null)
        {
            path.Follow(bar, part);
            return;
        }

        if (positions.HasLevels)
            TestLevels(bar, part, onlyNew: false);
        if (entries.Count > 0 && !IsRuined)
            FillEntries(bar, part);
        positions.Trail(part.High, part.Low, step); // after the tests: whether a high came before the fall from it is not known
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
        EntryFill market = prices.Market(bar);
        MarkBefore(bar);
        if (IsRuined)
            return;
        CloseEvery(market.Bar, market.Price, ExitReason.Signal);
    }

    private void CloseEvery(int bar, double price, ExitReason reason)
    {
        foreach (ref readonly Position position in Positions)
            Close(position, bar, prices.Slipped(price, -Math.Sign(position.Units), Math.Abs(position.Units), bar), reason);
        positions.Clear();
    }

    private void TestLevels(int bar, in BarPrices part, bool onlyNew)
    {
        for (int k = 0; k < OpenCount;)
        {
            ref Position position = ref positions.All[k];
            if ((onlyNew && !position.FilledNow) || !prices.Exits(position, bar, part, out double price, out ExitReason reason))
            {
                k++;
                continue;
            }

            CloseAt(k, bar, price, reason);
            if (IsRuined)
                return;
        }
    }

    private void FillEntries(int bar, in BarPrices part)
    {
        bool levelsToTest = false;
        for (int k = 0; k < entries.Count; k++)
        {
            if (prices.Enters(ref entries.All[k], bar, part, out EntryFill fill))
                levelsToTest |= Fill(ref k, bar, fill);
            if (IsRuined)
                return;
        }

        if (levelsToTest)
            TestLevels(bar, part, onlyNew: true);
        positions.ForgetNew();
    }

    /// <param name="index">Place of the entry; afterwards that of the one before those that are left.</param>
    /// <param name="bar">The bar that is being worked off.</param>
    /// <param name="fill">Where it fills.</param>
    /// <returns>Whether a market entry opened a trade whose levels this bar may reach.</returns>
    private bool Fill(ref int index, int bar, in EntryFill fill)
    {
        EntryOrder order = entries.Take(index--);
        double commission = fill.IsTaker ? settings.Commission : makerCommission;
        double price = prices.Slipped(fill, order.Side, units: 0);
        double size = isDetailed ? DetailedSize(ref order, bar, fill, commission, ref price) : SizeOf(order, bar, price, commission);
        if (size == 0)
        {
            OrdersDropped++;
            return false;
        }

        MarkBefore(bar);
        if (IsRuined)
            return false;
        if (order.Group != 0)
            index -= entries.Cancel(order.Group, before: index + 1);
        return Open(order, fill.Bar, price, size, commission);
    }

    // The price moves with the size: the size is worked out before, and cut to what fits after.
    private double DetailedSize(ref EntryOrder order, int bar, in EntryFill fill, double commission, ref double price)
    {
        if (rules is not null && !rules.SetBeforeSizing(ref order, bar, price * (1 + order.Side * settings.Spread)))
            return 0;
        double size = SizeOf(order, bar, price, commission);
        if (settings.VolumeLimit is { } share)
            size = Math.Min(size, OrderSizing.WholeLots(share * volume[fill.Bar], settings.Lot));
        if (prices.HasImpact && size > 0)
        {
            price = prices.Slipped(fill, order.Side, size);
            size = Math.Min(size, SizeOf(order, bar, price, commission));
        }

        if (size * price < settings.MinNotional || size < settings.MinSize * (1 - 1e-9)) // 3 lots of 0.1 are not quite 0.3
            return 0;
        if (size > 0)
            rules?.SetAfterSizing(ref order, price * (1 + order.Side * settings.Spread), size, TotalEquity(price));
        return size;
    }

    private double SizeOf(in EntryOrder order, int bar, double price, double commission)
    {
        double available = Available(settings.MarginMark == MarginMark.FillPrice ? price : close[bar]);
        return OrderSizing.Units(order, settings, price, commission, available, TotalEquity(price), trades);
    }

    private double TotalEquity(double price) => Budget?.Equity(this, price) ?? EquityAt(price);

    private double Available(double price)
    {
        if (Budget is not null)
            return Budget.Available(this, price);
        return OpenCount == 0 ? Math.Max(0, Cash) : Math.Max(0, EquityAt(price) - MarginAt(price));
    }

    private bool Open(in EntryOrder order, int at, double price, double size, double commission)
    {
        double entry = price * (1 + order.Side * settings.Spread);
        double fee = commission * size * entry;
        Cash -= fee;
        bool isMarket = order.Kind == EntryKind.Market;
        double trailStop = order.Trail > 0 ? prices.Grid.Round(entry - order.Side * order.Trail, -order.Side) : double.NaN;
        bool trailIsNearer = order.Trail > 0 && !(order.Side * order.StopLoss >= order.Side * trailStop);
        positions.Add(new Position
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
            FilledNow = isMarket,
            FilledInside = isMarket ? NoStep - 1 : step,
        });
        return positions.HasLevels && isMarket;
    }

    private void Close(in Position position, int bar, double price, ExitReason reason)
    {
        double size = Math.Abs(position.Units);
        double gain = position.Units * (price - position.EntryPrice);
        double commission = reason == ExitReason.TakeProfit ? makerCommission : settings.Commission;
        double fee = reason == ExitReason.Liquidation ? 0 : commission * size * price; // the whole margin is lost, no more
        Cash += gain - fee;
        trades.Add(new Trade
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
        });
    }

    private void MarkBefore(int bar)
    {
        if (bar <= markedTo || IsRuined || Budget is not null)
            return;
        int marked = Curve.Mark(markedTo, bar, Cash - positions.Cost, Units);
        if (marked < bar)
            Ruin(marked);
        markedTo = bar;
    }
}
