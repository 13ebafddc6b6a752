namespace Runnel.Backtesting;

/// <summary>Rounds prices to whole ticks. A price within a billionth of a tick of one counts as that one.</summary>
internal readonly struct PriceGrid(double tick)
{
    private const double Slack = 1e-9;

    // 1/tick where it is whole: k/10 is the double nearest to a decimal price, k*0.1 is not always.
    private readonly double inverse = tick > 0 && Math.Abs(1 / tick - Math.Round(1 / tick)) < Slack / tick ? Math.Round(1 / tick) : 0;

    public bool IsOn => tick > 0;

    /// <summary>Down for a side below 0, up for one above.</summary>
    public double Round(double price, int side)
    {
        if (!IsOn || !double.IsFinite(price))
            return price;
        double ticks = price / tick;
        double whole = side > 0 ? Math.Ceiling(ticks - Slack) : Math.Floor(ticks + Slack);
        return inverse > 0 ? whole / inverse : whole * tick;
    }
}
