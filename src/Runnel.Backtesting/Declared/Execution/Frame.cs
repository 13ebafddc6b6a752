namespace Runnel.Backtesting;

/// <summary>What compiled expressions read: the series of one set of bars, the parameters, and the open trades.</summary>
internal sealed class Frame(int sources, double[] parameters)
{
#pragma warning disable CA1051, MA0069 // fields, since compiled code loads them on every call
    public readonly double[][] Series = new double[sources][];
    public readonly double[] Parameters = parameters;
    public double EntryPrice = double.NaN;
    public double EntryBar = double.NaN;
    public double OpenTrades;
#pragma warning restore CA1051, MA0069

    /// <summary>First bar on which a series is used.</summary>
    public int[] First { get; } = new int[sources];

    public void Update(Account account)
    {
        ReadOnlySpan<Position> open = account.Positions;
        OpenTrades = open.Length;
        if (open.IsEmpty)
        {
            (EntryPrice, EntryBar) = (double.NaN, double.NaN);
            return;
        }

        double units = 0, cost = 0;
        foreach (ref readonly Position position in open)
        {
            units += position.Units;
            cost += position.Units * position.EntryPrice;
        }

        (EntryPrice, EntryBar) = (open.Length == 1 ? open[0].EntryPrice : cost / units, open[0].EntryBar);
    }
}
