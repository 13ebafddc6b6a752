namespace Runnel.Backtesting;

/// <summary>Works a bar off along an assumed path of its prices: on each straight piece, what is reached first happens first.</summary>
internal sealed class BarPath(Account account, FillPrices prices)
{
    private enum Event
    {
        None,
        Stop,
        Liquidation,
        Target,
        Entry,
    }

    public void Follow(int bar, in BarPrices part)
    {
        Piece(bar, part.Open, part.Open, withEntries: false); // what the open alone reaches comes before market entries
        if (!account.IsRuined)
            account.FillMarkets(bar);
        double up = part.High - part.Open, down = part.Open - part.Low;
        bool highFirst = up < down || (up == down && part.Close < part.Open);
        double first = highFirst ? part.High : part.Low, second = highFirst ? part.Low : part.High;
        Piece(bar, part.Open, first, withEntries: true);
        Piece(bar, first, second, withEntries: true);
        Piece(bar, second, part.Close, withEntries: true);
    }

    private void Piece(int bar, double from, double to, bool withEntries)
    {
        double at = from;
        while (!account.IsRuined)
        {
            (Event what, int index, double price) = Next(at, to, withEntries);
            if (what == Event.None)
                break;
            at = price;
            if (what == Event.Entry)
                account.FillWaiting(index, bar, price);
            else
                Exit(what, index, bar, price);
        }

        if (!account.IsRuined && to != from)
            account.TrailTo(to);
    }

    private (Event What, int Index, double Price) Next(double at, double to, bool withEntries)
    {
        (Event What, int Index, double Price) next = (Event.None, -1, double.NaN);
        double nearest = double.PositiveInfinity;
        ReadOnlySpan<Position> open = account.Positions;
        for (int k = 0; k < open.Length; k++)
        {
            int side = open[k].Units > 0 ? 1 : -1;
            bool gapped = side * at <= side * open[k].Liquidation;
            if (!gapped)
                Consider(Event.Stop, k, Falling(side, open[k].StopLoss));
            Consider(Event.Liquidation, k, Falling(side, open[k].Liquidation));
            Consider(Event.Target, k, Rising(side, open[k].TakeProfit));
        }

        ReadOnlySpan<EntryOrder> waiting = withEntries ? account.Waiting : [];
        for (int k = 0; k < waiting.Length; k++)
            Consider(Event.Entry, k, waiting[k].Kind == EntryKind.Limit ? Falling(waiting[k].Side, waiting[k].Price) : Rising(waiting[k].Side, waiting[k].Price));
        return next;

        // Where the way from here to the end of the piece first reaches a level from above (below, for a side below 0); NaN for nowhere.
        double Falling(int side, double level) => side * at <= side * level ? at : side * to <= side * level ? level : double.NaN;
        double Rising(int side, double level) => Falling(-side, level);

        void Consider(Event what, int index, double price)
        {
            if (Math.Abs(price - at) < nearest)
                (nearest, next) = (Math.Abs(price - at), (what, index, price));
        }
    }

    private void Exit(Event what, int index, int bar, double price)
    {
        ref readonly Position position = ref account.Positions[index];
        (double fill, ExitReason reason) = what switch
        {
            Event.Stop => (prices.Slipped(price, position.Units > 0 ? -1 : 1, Math.Abs(position.Units), bar),
                position.HasTrailed ? ExitReason.TrailingStop : ExitReason.StopLoss),
            Event.Liquidation => (prices.Bankruptcy(position), ExitReason.Liquidation),
            _ => (price, ExitReason.TakeProfit),
        };
        account.CloseAt(index, bar, fill, reason);
    }
}
