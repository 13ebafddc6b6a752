namespace Runnel.Trading;

/// <summary>Where a backtest is.</summary>
public enum BacktestState
{
    /// <summary>Known, and nobody runs it: it was handed back.</summary>
    Queued,

    /// <summary>Somebody holds its claim.</summary>
    Running,

    /// <summary>Done; statistics and trades are stored.</summary>
    Completed,

    /// <summary>Its last run ended with an error; it may be claimed again.</summary>
    Failed,
}
