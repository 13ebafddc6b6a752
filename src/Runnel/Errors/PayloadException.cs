namespace Runnel;

/// <summary>A payload or option is wrong in one or more named fields. Not retried: the same input stays wrong.</summary>
public sealed class PayloadException : NonRetryableException
{
    /// <summary>One wrong field.</summary>
    /// <param name="field">The field as the sender writes it, for instance <c>strategy_config.name</c>.</param>
    /// <param name="message">Names the field, its value and what to do.</param>
    /// <param name="innerException">The cause, if another library found it.</param>
    public PayloadException(string field, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Fields = [field];
    }

    /// <summary>Several wrong fields at once.</summary>
    /// <param name="failures">Field to message, at least one.</param>
    public PayloadException(IReadOnlyList<KeyValuePair<string, string>> failures)
        : base(string.Join(" ", failures.Select(f => f.Value)))
    {
        Fields = [.. failures.Select(f => f.Key)];
    }

    /// <summary>The wrong fields, as the sender writes them.</summary>
    public IReadOnlyList<string> Fields { get; }
}
