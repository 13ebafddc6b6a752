namespace Runnel;

/// <summary>Redis cannot be reached or refuses us; the message names the address, never the password, and what to do.</summary>
public sealed class RedisUnavailableException(string message, Exception? innerException = null) : RunnelException(message, innerException);
