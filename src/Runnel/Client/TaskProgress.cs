namespace Runnel;

/// <summary>How far a running task said it is.</summary>
/// <param name="Fraction">Done share, 0 to 1.</param>
/// <param name="Message">What it is doing, if it said.</param>
public sealed record TaskProgress(double Fraction, string? Message)
{
    /// <summary>The last detail it reported, as JSON; null where it never did.</summary>
    public string? Detail { get; init; }
}
