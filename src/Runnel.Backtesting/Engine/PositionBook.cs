namespace Runnel.Backtesting;

/// <summary>Open trades, oldest first, and what they come to together.</summary>
internal sealed class PositionBook(PriceGrid grid)
{
    private Position[] positions = new Position[4];
    private double cost; // sum of units * entry price
    private bool hasTrails;

    public int Count { get; private set; }

    public Span<Position> All => positions.AsSpan(0, Count);

    /// <summary>1 while long, -1 while short, 0 while flat.</summary>
    public int Side { get; private set; }

    /// <summary>Sum over open trades, negative when short.</summary>
    public double Units { get; private set; }

    /// <summary>Sum of units * entry price.</summary>
    public double Cost => cost;

    /// <summary>Whether any has a level that a bar may reach.</summary>
    public bool HasLevels { get; private set; }

    public void Add(in Position position)
    {
        if (Count == positions.Length)
            Array.Resize(ref positions, Count * 2);
        positions[Count++] = position;
        Recount();
    }

    public void Remove(int index)
    {
        Count--;
        Array.Copy(positions, index + 1, positions, index, Count - index);
        Recount();
    }

    public void Clear()
    {
        Count = 0;
        Recount();
    }

    /// <summary>Whether there are trades with levels and a stretch of prices reaches none of these: so it is on most bars.</summary>
    public bool StayOpen(double highest, double lowest)
    {
        foreach (ref readonly Position position in All)
        {
            bool isReached = position.Units > 0
                ? lowest <= position.StopLoss || highest >= position.TakeProfit || lowest <= position.Liquidation
                : highest >= position.StopLoss || lowest <= position.TakeProfit || highest >= position.Liquidation;
            if (isReached)
                return false;
        }

        return HasLevels;
    }

    public void SetStopLoss(double price)
    {
        foreach (ref Position position in All)
            (position.StopLoss, position.HasTrailed) = (grid.Round(price, -Math.Sign(position.Units)), false);
        Recount();
    }

    public void SetTakeProfit(double price)
    {
        foreach (ref Position position in All)
            position.TakeProfit = grid.Round(price, Math.Sign(position.Units));
        Recount();
    }

    /// <summary>Moves trailing stops after a stretch of prices, except those of trades that filled inside it: what came before their fill is
    /// not known.</summary>
    public void Trail(double highest, double lowest, int step)
    {
        if (!hasTrails)
            return;
        foreach (ref Position position in All)
        {
            if (!(position.Trail > 0) || position.FilledInside == step)
                continue;
            double stop = position.Units > 0 ? highest - position.Trail : lowest + position.Trail;
            if (grid.IsOn)
                stop = grid.Round(stop, position.Units > 0 ? -1 : 1);
            if (position.Units > 0 ? stop > position.StopLoss : stop < position.StopLoss)
                (position.StopLoss, position.HasTrailed) = (stop, true);
        }
    }

    public void ForgetNew()
    {
        foreach (ref Position position in All)
            position.FilledNow = false;
    }

    private void Recount()
    {
        (Units, cost, HasLevels, hasTrails) = (0, 0, false, false);
        foreach (ref readonly Position position in All)
        {
            Units += position.Units;
            cost += position.Units * position.EntryPrice;
            HasLevels |= !(double.IsNaN(position.StopLoss) && double.IsNaN(position.TakeProfit) && double.IsNaN(position.Liquidation));
            hasTrails |= position.Trail > 0;
        }

        Side = Count == 0 ? 0 : Math.Sign(Units);
    }
}
