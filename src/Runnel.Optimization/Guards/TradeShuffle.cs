using Runnel.Backtesting;
using Runnel.Numerics;

namespace Runnel.Optimization;

/// <summary>What the same trades would have come to in another order: the drawdown that was seen is one draw from many.</summary>
/// <remarks>Source: R. Pardo, The Evaluation and Optimization of Trading Strategies, 2008; D. Aronson, Evidence-Based Technical Analysis, 2006. Takes trades
/// as independent of one another: losses that come in streaks because the market does are torn apart, and drawdowns look too small.</remarks>
public sealed class TradeShuffle
{
    private readonly List<double> drawdowns;
    private readonly List<double> returns;

    private TradeShuffle(double observed, List<double> drawdowns, List<double> returns)
    {
        ObservedDrawdownPercent = observed;
        drawdowns.Sort();
        returns.Sort();
        (this.drawdowns, this.returns) = (drawdowns, returns);
    }

    /// <summary>Deepest drawdown of the trades as they came, in percent of the peak before it.</summary>
    public double ObservedDrawdownPercent { get; }

    /// <summary>Share of the orders whose deepest drawdown is at least that of the trades as they came. Near 1: their order was lucky.</summary>
    public double ShareAtLeastObserved => (double)drawdowns.Count(d => d >= ObservedDrawdownPercent - 1e-9) / drawdowns.Count;

    /// <summary>Deepest drawdown that is not exceeded in a share of the orders.</summary>
    /// <param name="share">From 0 to 1; 0.95 for the drawdown to be ready for.</param>
    /// <returns>Percent of the peak.</returns>
    public double DrawdownPercent(double share) => Bootstrap.Quantile(drawdowns, share);

    /// <summary>Total return that is not exceeded in a share of the series; the same for all where trades were only reordered.</summary>
    /// <param name="share">From 0 to 1.</param>
    /// <returns>Percent.</returns>
    public double ReturnPercent(double share) => Bootstrap.Quantile(returns, share);

    /// <summary>Puts trades into random orders.</summary>
    /// <param name="trades">Return of each trade as a fraction of the equity before it, at least -1; compounded.</param>
    /// <param name="orders">How many, at least 100.</param>
    /// <param name="replace">Whether to draw trades with replacement, so that the total varies as well. Default: false.</param>
    /// <param name="seed">Another seed, other orders.</param>
    /// <returns>The distributions.</returns>
    /// <exception cref="BacktestInputException">There is no trade, or one loses more than all.</exception>
    public static TradeShuffle Run(ReadOnlySpan<double> trades, int orders = 2000, bool replace = false, ulong seed = 0)
    {
        InputCheck.AtLeast("trades", trades.Length, 1);
        InputCheck.AtLeast("orders", orders, 100);
        for (int i = 0; i < trades.Length; i++)
            InputCheck.Within($"trades[{i}]", trades[i], -1, double.MaxValue);
        double[] order = trades.ToArray();
        List<double> drawdowns = new(orders), returns = new(orders);
        for (int i = 0; i < orders; i++)
        {
            Xoshiro random = new(Streams.Of(seed, i));
            if (replace)
            {
                for (int t = 0; t < order.Length; t++)
                    order[t] = trades[random.NextIndex(trades.Length)];
            }
            else
            {
                random.Shuffle<double>(order);
            }

            (double drawdown, double total) = Walk(order);
            drawdowns.Add(drawdown);
            returns.Add(total);
        }

        return new TradeShuffle(Walk(trades).Drawdown, drawdowns, returns);
    }

    private static (double Drawdown, double Return) Walk(ReadOnlySpan<double> trades)
    {
        double equity = 1, peak = 1, deepest = 0;
        foreach (double trade in trades)
        {
            equity *= 1 + trade;
            peak = Math.Max(peak, equity);
            deepest = Math.Max(deepest, 1 - equity / peak);
        }

        return (deepest * 100, (equity - 1) * 100);
    }
}
