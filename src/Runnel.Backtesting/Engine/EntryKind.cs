namespace Runnel.Backtesting;

/// <summary>When and at what price an entry fills.</summary>
public enum EntryKind
{
    /// <summary>At the next open, or at this close where the settings say so.</summary>
    Market,

    /// <summary>As a market order once the price reaches a level beyond the current one.</summary>
    Stop,

    /// <summary>At a level or better.</summary>
    Limit,

    /// <summary>As a limit order once the price reaches a level.</summary>
    StopLimit,
}
