namespace Runnel.Backtesting;

/// <summary>Prices at which a trade with isolated margin ends: initial margin value / leverage, no extra margin, no fees.</summary>
public static class Margin
{
    /// <summary>The price that leaves just the maintenance margin: entry * (1 - 1 / leverage + maintenance) for a long, the mirror for a short.</summary>
    /// <param name="side">Long or short.</param>
    /// <param name="entry">Entry price.</param>
    /// <param name="leverage">At least 1.</param>
    /// <param name="maintenance">Maintenance margin as a fraction of value; 0.005 in Bybit's first risk tier.</param>
    /// <returns>The price at or beyond which the trade is liquidated.</returns>
    public static double LiquidationPrice(TradeSide side, double entry, double leverage, double maintenance) =>
        side == TradeSide.Long ? entry * (1 - 1 / leverage + maintenance) : entry * (1 + 1 / leverage - maintenance);

    /// <summary>The price at which the whole initial margin is lost: entry * (1 - 1 / leverage) for a long, the mirror for a short.</summary>
    /// <param name="side">Long or short.</param>
    /// <param name="entry">Entry price.</param>
    /// <param name="leverage">At least 1.</param>
    /// <returns>The price at which a liquidated trade is settled.</returns>
    public static double BankruptcyPrice(TradeSide side, double entry, double leverage) =>
        side == TradeSide.Long ? entry * (1 - 1 / leverage) : entry * (1 + 1 / leverage);
}
