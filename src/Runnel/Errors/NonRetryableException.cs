namespace Runnel;

/// <summary>A handler throws this where trying again cannot help: the task becomes a dead letter at once, with the reason <c>rejected</c>.</summary>
public class NonRetryableException : RunnelException
{
    /// <summary>Creates one with its message.</summary>
    public NonRetryableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates one with its message and cause.</summary>
    public NonRetryableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
