using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>One closed trade of a stored backtest.</summary>
public sealed record TradeRecord
{
    /// <summary>Place in closing order, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Bar of the entry, counted from 0.</summary>
    public required int EntryBar { get; init; }

    /// <summary>Bar of the exit, counted from 0.</summary>
    public required int ExitBar { get; init; }

    /// <summary>Open time of the entry bar (UTC).</summary>
    public required DateTimeOffset EntryTime { get; init; }

    /// <summary>Open time of the exit bar (UTC).</summary>
    public required DateTimeOffset ExitTime { get; init; }

    /// <summary>Long or short.</summary>
    public required TradeSide Side { get; init; }

    /// <summary>Units, always positive.</summary>
    public required double Size { get; init; }

    /// <summary>Price at entry, slippage and spread included.</summary>
    public required double EntryPrice { get; init; }

    /// <summary>Price at exit, slippage included.</summary>
    public required double ExitPrice { get; init; }

    /// <summary>What closed it.</summary>
    public required ExitReason Reason { get; init; }

    /// <summary>Fees of entry and exit in cash.</summary>
    public required double Fees { get; init; }

    /// <summary>Profit in cash after fees.</summary>
    public required double Pnl { get; init; }
}
