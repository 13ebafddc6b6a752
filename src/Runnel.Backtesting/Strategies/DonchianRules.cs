namespace Runnel.Backtesting;

/// <summary>Breakouts of the entry channel turn the position, the exit channel closes it. Channels are those before the current bar.</summary>
internal readonly struct DonchianRule(double[] close, Channel entry, Channel exit, int firstBar, TradeDirection direction) : IRule
{
    public int FirstBar => firstBar;

    public bool Acts(int bar, int position) =>
        (close[bar] > Math.Min(entry.Upper[bar - 1], exit.Upper[bar - 1])) | (close[bar] < Math.Max(entry.Lower[bar - 1], exit.Lower[bar - 1]));

    public int Next(int from, int to, int position) => Scan.Next(this, from, to, position);

    public void Act(int bar, Account account)
    {
        double price = close[bar];
        int side = account.Side;
        if (side <= 0 && direction != TradeDirection.ShortOnly && price > entry.Upper[bar - 1])
            account.Turn(1, direction);
        else if (side >= 0 && direction != TradeDirection.LongOnly && price < entry.Lower[bar - 1])
            account.Turn(-1, direction);
        else if ((side > 0 && price < exit.Lower[bar - 1]) || (side < 0 && price > exit.Upper[bar - 1]))
            account.CloseAll();
    }
}

/// <summary>A stop order waits at the edge of the entry channel, the current bar included, for one bar at a time.</summary>
internal readonly struct DonchianStopRule(double[] close, Channel entry, Channel exit, int firstBar, int side) : IRule
{
    public int FirstBar => firstBar;

    public bool Acts(int bar, int position) => position == 0 || (side > 0 ? close[bar] < exit.Lower[bar - 1] : close[bar] > exit.Upper[bar - 1]);

    public int Next(int from, int to, int position) => Scan.Next(this, from, to, position);

    public void Act(int bar, Account account)
    {
        if (account.Side != 0)
        {
            account.CloseAll();
            return;
        }

        account.CancelEntries();
        account.Place(new EntryOrder
        {
            Kind = EntryKind.Stop,
            Side = side,
            Size = account.Settings.Size,
            Price = side > 0 ? entry.Upper[bar] : entry.Lower[bar],
            StopLoss = double.NaN,
            TakeProfit = double.NaN,
            LastBar = bar + 1,
        });
    }
}

internal readonly record struct Channel(double[] Upper, double[] Lower);
