using System.Runtime.InteropServices;

namespace Runnel.Backtesting;

/// <summary>Figures of runs over several stretches of klines, one after the other: each is a run of its own, and its equity goes on from what the ones before
/// left. Amounts of cash and sizes of a later run count times that equity / the initial cash.</summary>
internal sealed class ChainedResults(BacktestSettings settings)
{
    private readonly List<Trade> trades = [];
    private readonly List<double> returns = [];
    private double factor = 1; // equity so far / initial cash
    private double peak; // of the whole so far
    private int peakBar;
    private EquityExtent extent;
    private double held = 1; // what buying and holding in each stretch leaves of 1
    private double funding;
    private int open;
    private int dropped;

    /// <summary>Highest equity so far in the cash of the next run; null before the first.</summary>
    public double? Peak => extent.Bars == 0 ? null : peak / factor;

    /// <summary>Whether nothing is left: then nothing is traded any more.</summary>
    public bool IsLost => !(factor > 0);

    public IReadOnlyList<double> DailyReturns => returns;

    /// <summary>Goes on with the next stretch.</summary>
    /// <param name="klines">It.</param>
    /// <param name="account">After its run, which began with <see cref="Peak"/>; null where nothing was left.</param>
    public void Add(Klines klines, Account? account)
    {
        if (account is not null)
            Add(account);
        ReadOnlySpan<long> times = klines.OpenTimes;
        extent = extent with { Bars = extent.Bars + times.Length, Milliseconds = extent.Milliseconds + times[^1] - times[0] };
        held *= klines.Close[^1] / klines.Close[0];
    }

    public BacktestStatistics ToStatistics() => StatisticsBuilder.Of(extent, CollectionsMarshal.AsSpan(returns), CollectionsMarshal.AsSpan(trades), settings) with
    {
        BuyHoldReturnPercent = (held - 1) * 100,
        OpenTrades = open,
        FundingPaid = funding,
        OrdersDropped = dropped,
    };

    private void Add(Account account)
    {
        EquityCurve curve = account.Curve;
        int before = extent.Bars;
        if (curve.Drawdown > extent.Drawdown)
        {
            extent = extent with
            {
                Drawdown = curve.Drawdown,
                DrawdownBar = before + curve.DrawdownBar,
                DrawdownPeakBar = curve.DrawdownPeakBar < 0 ? peakBar : before + curve.DrawdownPeakBar,
            };
        }

        if (curve.PeakBar >= 0)
            (peak, peakBar) = (curve.Peak * factor, before + curve.PeakBar);
        foreach (ref readonly Trade trade in account.Trades)
        {
            trades.Add(trade with
            {
                EntryBar = before + trade.EntryBar,
                ExitBar = before + trade.ExitBar,
                Size = trade.Size * factor,
                Fees = trade.Fees * factor,
                Pnl = trade.Pnl * factor,
            });
        }

        returns.AddRange(Backtesting.DailyReturns.Of(curve.DayValues));
        funding += account.FundingPaid * factor;
        open += account.OpenCount;
        dropped += account.OrdersDropped;
        extent = extent with { Last = curve.Last * factor };
        factor *= curve.Last / settings.Cash;
    }
}
