namespace Runnel.Trading;

/// <summary>The records file cannot be used; the message names it and says what to do.</summary>
public sealed class RecordsException(string message, Exception? innerException = null) : RunnelException(message, innerException);
