namespace Runnel;

/// <summary>The root of everything that Runnel throws on purpose: the message says what is wrong, with the values, and what to do.</summary>
public class RunnelException : Exception
{
    /// <summary>Creates one with its message.</summary>
    public RunnelException(string message)
        : base(message)
    {
    }

    /// <summary>Creates one with its message and cause.</summary>
    public RunnelException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
