namespace Runnel.Backtesting;

/// <summary>An entry of any kind, for <see cref="StrategyContext.Place(in EntryRequest)"/>.</summary>
public readonly record struct EntryRequest
{
    /// <summary>A market entry on the long side that has neither stop nor target.</summary>
    public EntryRequest()
    {
    }

    /// <summary>When and at what price it fills. Default: market.</summary>
    public EntryKind Kind { get; init; } = EntryKind.Market;

    /// <summary>Long or short. Default: long.</summary>
    public TradeSide Side { get; init; } = TradeSide.Long;

    /// <summary>Level of a stop or limit entry, or the trigger of a stop-limit one. Default: NaN, none.</summary>
    public double Price { get; init; } = double.NaN;

    /// <summary>Limit of a stop-limit entry. Default: NaN, none.</summary>
    public double LimitPrice { get; init; } = double.NaN;

    /// <summary>How many bars a stop, limit or stop-limit entry lives, at least 1. Default: 1.</summary>
    public int Bars { get; init; } = 1;

    /// <summary>How much; null for the size of the settings. Default: null.</summary>
    public OrderSize? Size { get; init; }

    /// <summary>Price at which the trade is given up; NaN for none. Default: NaN.</summary>
    public double StopLoss { get; init; } = double.NaN;

    /// <summary>Price at which the gain is taken; NaN for none. Default: NaN.</summary>
    public double TakeProfit { get; init; } = double.NaN;

    /// <summary>Distance in price at which a stop follows the best price since the entry; NaN for none. Default: NaN.</summary>
    public double Trail { get; init; } = double.NaN;

    /// <summary>Of the entries of one group the first that fills cancels the others; 0 for none. Default: 0.</summary>
    public int Group { get; init; }
}
