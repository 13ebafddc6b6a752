namespace Runnel.MarketData;

/// <summary>The exchange refused a request, could not be reached, or answered something that is not its documented reply.</summary>
public sealed class BybitException : MarketDataException
{
    internal BybitException(string message, bool transient, int? code = null, TimeSpan? retryAfter = null, Exception? innerException = null) : base(message, innerException) =>
        (IsTransient, Code, RetryAfter) = (transient, code, retryAfter);

    /// <inheritdoc/>
    public override bool IsTransient { get; }

    /// <summary>The exchange's retCode, or null where no such reply came.</summary>
    public int? Code { get; }

    internal TimeSpan? RetryAfter { get; }
}
