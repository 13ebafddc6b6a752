namespace Runnel.Backtesting;

/// <summary>A trade that was still open after the last bar: marked at its close, not closed.</summary>
public readonly record struct OpenTrade
{
    /// <summary>Bar of the entry, counted from 0.</summary>
    public int EntryBar { get; init; }

    /// <summary>Open time of the entry bar, Unix milliseconds, UTC.</summary>
    public long EntryTime { get; init; }

    /// <summary>Long or short.</summary>
    public TradeSide Side { get; init; }

    /// <summary>Units, always positive.</summary>
    public double Size { get; init; }

    /// <summary>Price paid or received at entry, slippage and spread included.</summary>
    public double EntryPrice { get; init; }

    /// <summary>Gain at the last close in cash, before any fee.</summary>
    public double UnrealizedPnl { get; init; }
}
