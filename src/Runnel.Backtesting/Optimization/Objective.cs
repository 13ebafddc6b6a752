namespace Runnel.Backtesting;

/// <summary>What makes one run better than another.</summary>
public enum Objective
{
    /// <summary>Highest final equity.</summary>
    FinalEquity,

    /// <summary>Highest Sharpe ratio.</summary>
    Sharpe,

    /// <summary>Highest Sortino ratio.</summary>
    Sortino,

    /// <summary>Highest Calmar ratio.</summary>
    Calmar,

    /// <summary>Highest profit factor.</summary>
    ProfitFactor,

    /// <summary>Highest system quality number.</summary>
    Sqn,

    /// <summary>Lowest maximum drawdown.</summary>
    LowestDrawdown,
}
