namespace Runnel.Backtesting;

/// <summary>One closed trade.</summary>
public readonly record struct Trade
{
    /// <summary>Bar of the entry, counted from 0.</summary>
    public int EntryBar { get; init; }

    /// <summary>Bar of the exit, counted from 0.</summary>
    public int ExitBar { get; init; }

    /// <summary>Open time of the entry bar, Unix milliseconds, UTC.</summary>
    public long EntryTime { get; init; }

    /// <summary>Open time of the exit bar, Unix milliseconds, UTC.</summary>
    public long ExitTime { get; init; }

    /// <summary>Long or short.</summary>
    public TradeSide Side { get; init; }

    /// <summary>Units, always positive.</summary>
    public double Size { get; init; }

    /// <summary>Price paid or received at entry, slippage and spread included.</summary>
    public double EntryPrice { get; init; }

    /// <summary>Price paid or received at exit, slippage included.</summary>
    public double ExitPrice { get; init; }

    /// <summary>What closed it.</summary>
    public ExitReason Reason { get; init; }

    /// <summary>Fees of entry and exit in cash.</summary>
    public double Fees { get; init; }

    /// <summary>Profit in cash after fees; funding is not part of it.</summary>
    public double Pnl { get; init; }

    /// <summary>Profit after fees in percent of the value at entry.</summary>
    public double PnlPercent => Pnl / (Size * EntryPrice) * 100;
}
