namespace Runnel.MarketData;

/// <summary>Bars could not be had. The message says why, with the values, and what to do.</summary>
public class MarketDataException : Exception
{
    /// <summary>With a message that a trader can act on.</summary>
    public MarketDataException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }

    /// <summary>True where the same request may succeed a little later: a lost connection, a limit reached, a busy exchange.</summary>
    public virtual bool IsTransient => false;
}
