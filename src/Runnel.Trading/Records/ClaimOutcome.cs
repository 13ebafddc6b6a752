namespace Runnel.Trading;

/// <summary>How an attempt to claim a backtest ended.</summary>
public enum ClaimOutcome
{
    /// <summary>Won: the caller alone may run it and write its results.</summary>
    Claimed,

    /// <summary>Somebody else runs it and was alive lately.</summary>
    Running,

    /// <summary>It is done; its record holds the results.</summary>
    Completed,
}
