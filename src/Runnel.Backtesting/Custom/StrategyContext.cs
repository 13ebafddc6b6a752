using System.Runtime.CompilerServices;

namespace Runnel.Backtesting;

/// <summary>What a strategy may know and do at the close of a bar. Orders fill by docs/backtesting/engine-rules.md.</summary>
public sealed class StrategyContext
{
    private readonly Klines klines;
    private readonly Account account;
    private readonly Dictionary<string, IntervalBars> longer = [];

    internal StrategyContext(Klines klines, Account account) => (this.klines, this.account) = (klines, account);

    /// <summary>The bar that just closed, counted from 0.</summary>
    public int Bar { get; internal set; }

    /// <summary>Its open time, Unix milliseconds, UTC.</summary>
    public long Time => klines.TimeColumn[Bar];

    /// <summary>Its first price.</summary>
    public double Open => klines.OpenColumn[Bar];

    /// <summary>Its highest price.</summary>
    public double High => klines.HighColumn[Bar];

    /// <summary>Its lowest price.</summary>
    public double Low => klines.LowColumn[Bar];

    /// <summary>Its last price.</summary>
    public double Close => klines.CloseColumn[Bar];

    /// <summary>Its volume.</summary>
    public double Volume => klines.VolumeColumn[Bar];

    /// <summary>Closes of all bars so far, oldest first, this one last.</summary>
    public ReadOnlySpan<double> Closes => klines.Close[..(Bar + 1)];

    /// <summary>Highs of all bars so far, oldest first, this one last.</summary>
    public ReadOnlySpan<double> Highs => klines.High[..(Bar + 1)];

    /// <summary>Lows of all bars so far, oldest first, this one last.</summary>
    public ReadOnlySpan<double> Lows => klines.Low[..(Bar + 1)];

    /// <summary>Opens of all bars so far, oldest first, this one last.</summary>
    public ReadOnlySpan<double> Opens => klines.Open[..(Bar + 1)];

    /// <summary>Volumes of all bars so far, oldest first, this one last.</summary>
    public ReadOnlySpan<double> Volumes => klines.Volume[..(Bar + 1)];

    /// <summary>Bars of a longer interval. Made at the first call, so call it at the first bar; then it costs a look-up.</summary>
    /// <param name="interval">Minutes or hours that divide a day, 1d, 1w or 1M, for instance <c>4h</c>.</param>
    /// <returns>Those that have closed by the close of the current bar; the same object at every bar.</returns>
    /// <exception cref="BacktestInputException">There is no such interval, or whole bars of the run do not fill it.</exception>
    public IntervalBars Longer(string interval)
    {
        if (longer.TryGetValue(interval, out IntervalBars? made))
            return made;
        BarInterval length = BarInterval.Parse(interval)
            ?? throw new BacktestInputException("interval", $"'{interval}'", "Give minutes or hours that divide a day, 1d, 1w or 1M, for instance 4h.");
        return longer[interval] = new IntervalBars(LongerBars.Of(klines, LongerBars.LengthOf(klines.OpenTimes), length), this);
    }

    /// <summary>1 while long, -1 while short, 0 while flat.</summary>
    public int Side => account.Side;

    /// <summary>Units of all open trades; negative when short.</summary>
    public double Units => account.Units;

    /// <summary>Number of open trades.</summary>
    public int OpenTrades => account.OpenCount;

    /// <summary>Cash; margin of open trades is not taken off.</summary>
    public double Cash => account.Cash;

    /// <summary>Cash and the gain of open trades at this close, their exit fees not taken off.</summary>
    public double Equity => account.EquityAt(Close);

    /// <summary>Places an entry that fills at the next open, or at this close where the settings say so.</summary>
    /// <param name="side">Long or short.</param>
    /// <param name="size">How much; null for the size of the settings.</param>
    /// <param name="stopLoss">Price at which the trade is given up; NaN for none.</param>
    /// <param name="takeProfit">Price at which the gain is taken; NaN for none.</param>
    /// <param name="trail">Distance in price at which a stop follows the best price since the entry; NaN for none.</param>
    /// <exception cref="BacktestInputException">The size or a price makes no sense.</exception>
    public void Enter(TradeSide side, OrderSize? size = null, double stopLoss = double.NaN, double takeProfit = double.NaN,
        double trail = double.NaN) =>
        Place(EntryKind.Market, side, double.NaN, 0, size, stopLoss, takeProfit, trail);

    /// <summary>Places an entry that becomes a market order when the price reaches a level beyond the current one.</summary>
    /// <param name="side">Long or short.</param>
    /// <param name="price">The level.</param>
    /// <param name="bars">How many bars it lives, at least 1.</param>
    /// <param name="size">How much; null for the size of the settings.</param>
    /// <param name="stopLoss">Price at which the trade is given up; NaN for none.</param>
    /// <param name="takeProfit">Price at which the gain is taken; NaN for none.</param>
    /// <param name="trail">Distance in price at which a stop follows the best price since the entry; NaN for none.</param>
    /// <exception cref="BacktestInputException">The size or a price makes no sense.</exception>
    public void EnterAtStop(TradeSide side, double price, int bars = 1, OrderSize? size = null, double stopLoss = double.NaN, double takeProfit = double.NaN,
        double trail = double.NaN) =>
        Place(EntryKind.Stop, side, price, bars, size, stopLoss, takeProfit, trail);

    /// <summary>Places an entry that fills at a level or better.</summary>
    /// <param name="side">Long or short.</param>
    /// <param name="price">The level.</param>
    /// <param name="bars">How many bars it lives, at least 1.</param>
    /// <param name="size">How much; null for the size of the settings.</param>
    /// <param name="stopLoss">Price at which the trade is given up; NaN for none.</param>
    /// <param name="takeProfit">Price at which the gain is taken; NaN for none.</param>
    /// <param name="trail">Distance in price at which a stop follows the best price since the entry; NaN for none.</param>
    /// <exception cref="BacktestInputException">The size or a price makes no sense.</exception>
    public void EnterAtLimit(TradeSide side, double price, int bars = 1, OrderSize? size = null, double stopLoss = double.NaN, double takeProfit = double.NaN,
        double trail = double.NaN) =>
        Place(EntryKind.Limit, side, price, bars, size, stopLoss, takeProfit, trail);

    /// <summary>Places an entry of any kind; entries of one group cancel each other.</summary>
    /// <param name="entry">What to place.</param>
    /// <exception cref="BacktestInputException">The size or a price makes no sense.</exception>
    public void Place(in EntryRequest entry)
    {
        if (entry.Size is { } given)
            (account.Settings with { Size = given }).Validate();
        if (!Enum.IsDefined(entry.Kind))
            throw new BacktestInputException("kind", entry.Kind, "Give market, stop, limit or stop_limit.");
        if (entry.Kind != EntryKind.Market && !(entry.Price > 0 && double.IsFinite(entry.Price) && entry.Bars >= 1))
            throw new BacktestInputException("price", entry.Price, $"Give a price greater than 0 and at least 1 bar to live; bars is {entry.Bars}.");
        if (entry.Kind == EntryKind.StopLimit && !(entry.LimitPrice > 0 && double.IsFinite(entry.LimitPrice)))
            throw new BacktestInputException("limit_price", entry.LimitPrice, "Give a price greater than 0.");
        if (entry.Trail <= 0 || double.IsInfinity(entry.Trail))
            throw new BacktestInputException("trail", entry.Trail, "Give a distance in price greater than 0, or NaN for none.");
        account.Place(new EntryOrder
        {
            Kind = entry.Kind,
            Side = entry.Side == TradeSide.Long ? 1 : -1,
            Size = entry.Size ?? account.Settings.Size,
            Price = entry.Price,
            LimitPrice = entry.LimitPrice,
            StopLoss = entry.StopLoss,
            TakeProfit = entry.TakeProfit,
            Trail = entry.Trail,
            Group = entry.Group,
            LastBar = Bar + entry.Bars,
        });
    }

    /// <summary>Gives every open trade another stop-loss, in force from the next bar on; a trailing stop goes on from there.</summary>
    /// <param name="price">The level; NaN for none.</param>
    public void SetStopLoss(double price) => account.SetStopLoss(price);

    /// <summary>Gives every open trade another take-profit, in force from the next bar on.</summary>
    /// <param name="price">The level; NaN for none.</param>
    public void SetTakeProfit(double price) => account.SetTakeProfit(price);

    /// <summary>Closes every open trade at the next open, or at this close where the settings say so.</summary>
    public void CloseAll() => account.CloseAll();

    /// <summary>Takes back entries that have not filled.</summary>
    public void CancelEntries() => account.CancelEntries();

    // Inlined it would make every call of a strategy clear the room of a request, where it places one in thousands of bars.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Place(EntryKind kind, TradeSide side, double price, int bars, OrderSize? size, double stopLoss, double takeProfit,
        double trail) => Place(new EntryRequest
        {
            Kind = kind,
            Side = side,
            Price = price,
            Bars = bars,
            Size = size,
            StopLoss = stopLoss,
            TakeProfit = takeProfit,
            Trail = trail,
        });
}
