using System.Buffers;

namespace Runnel.Backtesting;

/// <summary>Closed trades of a run in closing order, in an array from the pool.</summary>
internal sealed class TradeLog : IDisposable
{
    private const int FewestForKelly = 20;
    private Trade[] trades = ArrayPool<Trade>.Shared.Rent(256);
    private int counted; // by Kelly so far
    private int wins;
    private double gains;
    private double losses;
    private int lossCount;

    public int Count { get; private set; }

    public ReadOnlySpan<Trade> All => trades.AsSpan(0, Count);

    public void Add(in Trade trade)
    {
        if (Count == trades.Length)
            Grow();
        trades[Count++] = trade;
    }

    /// <summary>Kelly fraction of the trades so far, at most 1; a tenth while there are few.</summary>
    public double Kelly()
    {
        for (; counted < Count; counted++)
        {
            double percent = trades[counted].PnlPercent;
            wins += percent > 0 ? 1 : 0;
            lossCount += percent < 0 ? 1 : 0;
            gains += Math.Max(percent, 0);
            losses -= Math.Min(percent, 0);
        }

        if (Count < FewestForKelly)
            return 0.1;
        double share = (double)wins / Count;
        if (wins == 0 || lossCount == 0)
            return share;
        double ratio = gains / wins / (losses / lossCount);
        return share - (1 - share) / ratio;
    }

    public void Dispose() => ArrayPool<Trade>.Shared.Return(trades);

    private void Grow()
    {
        Trade[] larger = ArrayPool<Trade>.Shared.Rent(trades.Length * 2);
        All.CopyTo(larger);
        ArrayPool<Trade>.Shared.Return(trades);
        trades = larger;
    }
}
