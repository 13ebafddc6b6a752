namespace Runnel.Backtesting;

/// <summary>Entries that wait for their fill, in the order in which they were placed.</summary>
internal sealed class EntryBook(PriceGrid grid)
{
    private EntryOrder[] entries = new EntryOrder[2];

    public int Count { get; private set; }

    public Span<EntryOrder> All => entries.AsSpan(0, Count);

    public void Add(in EntryOrder order)
    {
        if (Count == entries.Length)
            Array.Resize(ref entries, Count * 2);
        entries[Count++] = grid.IsOn ? OnGrid(order) : order;
    }

    public EntryOrder Take(int index)
    {
        EntryOrder order = entries[index];
        Count--;
        if (index < Count)
            Array.Copy(entries, index + 1, entries, index, Count - index);
        return order;
    }

    public void Clear() => Count = 0;

    /// <summary>Takes back the entries of a group.</summary>
    /// <returns>How many of them stood before a place.</returns>
    public int Cancel(int group, int before)
    {
        int kept = 0, ahead = 0;
        for (int k = 0; k < Count; k++)
        {
            if (entries[k].Group != group)
                entries[kept++] = entries[k];
            else if (k < before)
                ahead++;
        }

        Count = kept;
        return ahead;
    }

    /// <summary>Takes back what lives no longer than this bar.</summary>
    public void Expire(int bar)
    {
        int kept = 0;
        for (int k = 0; k < Count; k++)
        {
            if (entries[k].Kind == EntryKind.Market || entries[k].LastBar > bar)
                entries[kept++] = entries[k];
        }

        Count = kept;
    }

    private EntryOrder OnGrid(EntryOrder order)
    {
        order.Price = grid.Round(order.Price, order.Kind == EntryKind.Limit ? -order.Side : order.Side);
        order.LimitPrice = grid.Round(order.LimitPrice, -order.Side);
        order.StopLoss = grid.Round(order.StopLoss, -order.Side);
        order.TakeProfit = grid.Round(order.TakeProfit, order.Side);
        return order;
    }
}
