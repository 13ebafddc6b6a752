namespace Runnel.Backtesting;

/// <summary>What a symbol of a portfolio may use until the next close. It changes by the symbol's own fills alone, so within a bar no symbol depends on the order
/// in which they are worked off.</summary>
internal sealed class Budget
{
    private double lent; // most margin, less the account's own equity
    private double ownBefore;
    private double total;

    /// <param name="limit">Most margin, that of the symbol's open trades included.</param>
    /// <param name="ownEquity">Equity of the symbol's account at the close.</param>
    /// <param name="total">Equity of the portfolio there.</param>
    public void Set(double limit, double ownEquity, double total) => (lent, ownBefore, this.total) = (limit - ownEquity, ownEquity, total);

    /// <summary>Margin that an entry may use, with what the account gained since the close.</summary>
    public double Available(Account account, double price) => Math.Max(0, lent + (account.EquityAt(price) - account.MarginAt(price)));

    /// <summary>Equity of the portfolio, with what the account gained since the close.</summary>
    public double Equity(Account account, double price) => total + (account.EquityAt(price) - ownBefore);
}
