namespace Runnel.Backtesting;

/// <summary>Runs the compiled conditions of a declared strategy.</summary>
internal struct DeclaredRule : IRule
{
    private const int LookAhead = 4096; // bars that a busy broker has scanned in one go; only whether they signal is kept, so nothing is known early

    private readonly DeclaredProgram program;
    private readonly Frame frame;
    private readonly Account account;
    private readonly double[] close;
    private readonly int count;
    private readonly SignalCode signals;
    private Scanned flat;
    private Scanned longs;
    private Scanned shorts;

    public DeclaredRule(DeclaredProgram program, Frame frame, Account account, Klines klines, int firstBar)
    {
        (this.program, this.frame, this.account) = (program, frame, account);
        (close, count, FirstBar, signals) = (klines.CloseColumn, klines.Count, firstBar, program.SignalsOf());
        flat = longs = shorts = new Scanned { To = -1, Signal = -1 };
    }

    public int FirstBar { get; }

    public bool Acts(int bar, int position)
    {
        if (program.LooksAtTrades[position + 1])
        {
            frame.Update(account);
            return program.ScanOf(position)(frame, bar, bar + 1) == bar;
        }

        return position switch
        {
            0 => Find(ref flat, bar, bar + 1, 0) == bar,
            > 0 => Find(ref longs, bar, bar + 1, 1) == bar,
            _ => Find(ref shorts, bar, bar + 1, -1) == bar,
        };
    }

    public int Next(int from, int to, int position)
    {
        if (program.LooksAtTrades[position + 1])
        {
            frame.Update(account);
            return program.ScanOf(position)(frame, from, to);
        }

        return position switch
        {
            0 => Find(ref flat, from, to, 0),
            > 0 => Find(ref longs, from, to, 1),
            _ => Find(ref shorts, from, to, -1),
        };
    }

    public readonly void Act(int bar, Account broker)
    {
        int side = broker.Side;
        frame.Update(broker);
        Signals found = signals(frame, bar, side);
        bool leaves = (side > 0 && Holds(found, Signals.ExitLong)) || (side < 0 && Holds(found, Signals.ExitShort));
        if (leaves)
        {
            broker.CloseAll();
            TakeBack(broker);
        }

        if (Holds(found, Signals.EntryLong) && !(leaves && side > 0))
            Enter(1, bar, broker);
        else if (Holds(found, Signals.EntryShort) && !(leaves && side < 0))
            Enter(-1, bar, broker);
    }

    private static bool Holds(Signals found, Signals signal) => (found & signal) != 0; // HasFlag boxes where code is not optimized

    private readonly void Enter(int side, int bar, Account broker)
    {
        TradeDirection direction = broker.Settings.Direction;
        if (broker.Side == -side)
            broker.CloseAll();
        else if (broker.OpenCount >= program.Bound.MaxOpen)
            return;
        if (direction != TradeDirection.LongShort && (direction == TradeDirection.LongOnly) != (side > 0))
            return;
        TakeBack(broker);
        BoundStrategy bound = program.Bound;
        double limit = Level(bound.Limit, close[bar], bar, side, -1), trigger = Level(bound.Stop, close[bar], bar, side, 1);
        double from = bound.Limit is not null ? limit : bound.Stop is not null ? trigger : close[bar];
        double stop = Level(bound.StopLoss, from, bar, side, -1), target = Level(bound.TakeProfit, from, bar, side, 1), trail = Distance(bound.TrailingStop, from, bar, side);
        OrderSize size = SizeOf(broker, bar, side);
        bool isMissing = (bound.StopLoss is not null && double.IsNaN(stop)) || (bound.TakeProfit is not null && double.IsNaN(target))
            || (bound.TrailingStop is not null && !(trail > 0)) || !(size.Value > 0)
            || (bound.Limit is not null && !IsPrice(limit)) || (bound.Stop is not null && !IsPrice(trigger));
        if (isMissing)
            return;
        broker.Place(new EntryOrder
        {
            Kind = bound.Stop is null ? bound.Limit is null ? EntryKind.Market : EntryKind.Limit : bound.Limit is null ? EntryKind.Stop : EntryKind.StopLimit,
            Side = side,
            Size = size,
            Price = bound.Stop is null ? limit : trigger,
            LimitPrice = limit,
            StopLoss = stop,
            TakeProfit = target,
            Trail = trail,
            LastBar = bar + bound.GoodForBars,
        });
    }

    /// <summary>Takes back an entry that still waits for its price: there is one at a time.</summary>
    private readonly void TakeBack(Account broker)
    {
        if (program.Bound.Limit is not null || program.Bound.Stop is not null)
            broker.CancelEntries();
    }

    private static bool IsPrice(double value) => value > 0 && double.IsFinite(value);

    private readonly OrderSize SizeOf(Account broker, int bar, int side)
    {
        if (program.Bound.Size is not { } node)
            return broker.Settings.Size;
        double value = program.ValueOf(node)(frame, bar, side);
        SizeKind kind = program.Bound.SizeKind;
        bool isPart = kind is SizeKind.Fraction or SizeKind.Risk;
        return new OrderSize(kind, isPart ? Math.Min(1, value) : double.IsFinite(value) ? value : double.NaN);
    }

    private readonly double Level(BoundLevel? level, double from, int bar, int side, int toward)
    {
        if (level is null)
            return double.NaN;
        double value = program.ValueOf(side > 0 ? level.Long : level.Short)(frame, bar, side);
        return level.Kind switch
        {
            DeclaredLevelKind.Price => value,
            DeclaredLevelKind.Distance => from + side * toward * value,
            _ => from * (1 + side * toward * (value / 100)),
        };
    }

    private readonly double Distance(BoundLevel? level, double from, int bar, int side)
    {
        if (level is null)
            return double.NaN;
        double value = program.ValueOf(side > 0 ? level.Long : level.Short)(frame, bar, side);
        double distance = level.Kind == DeclaredLevelKind.Distance ? value : from * (value / 100);
        return double.IsFinite(distance) ? distance : double.NaN;
    }

    /// <summary>As <see cref="IRule.Next"/>, remembering what was scanned: the conditions of a side depend on the bar alone, so no bar is looked at twice.</summary>
    private readonly int Find(ref Scanned scanned, int from, int to, int side)
    {
        while (true)
        {
            if (scanned.Signal >= from)
                return Math.Min(scanned.Signal, to);
            int start = Math.Max(from, scanned.To);
            if (start >= to)
                return to;
            int end = Math.Min(count, Math.Max(to, start + LookAhead)), signal = program.ScanOf(side)(frame, start, end);
            (scanned.Signal, scanned.To) = signal < end ? (signal, signal + 1) : (-1, end);
        }
    }

    /// <summary>How far the conditions of a side were scanned, and the last bar found on which one holds.</summary>
    private struct Scanned
    {
        public int Signal; // -1 for none
        public int To;
    }
}
