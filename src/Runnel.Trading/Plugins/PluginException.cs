namespace Runnel.Trading;

/// <summary>A folder of plug-ins that cannot be used as it is. The message names the file and what to do.</summary>
public sealed class PluginException : RunnelException
{
    /// <summary>Says what is wrong.</summary>
    /// <param name="message">File, problem and remedy, in sentences.</param>
    /// <param name="innerException">What the runtime said; null where it said nothing.</param>
    public PluginException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
