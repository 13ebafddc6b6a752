namespace Runnel.Trading;

/// <summary>A stored trial of an optimization.</summary>
/// <param name="Window">The window whose part it searched, from 0; 0 where there is only the whole range.</param>
/// <param name="Trial">Its number there.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Value">Its metric; null where undefined.</param>
/// <param name="Params">The parameters that it was given.</param>
public sealed record StoredTrial(int Window, long Trial, TrialStatus Status, double? Value, IReadOnlyDictionary<string, double> Params)
{
    /// <summary>On which fraction of the range it ran, from above 0 to 1. Default: 1. Only values of trials with the same budget compare.</summary>
    public double Budget { get; init; } = 1;

    /// <summary>Its metrics, where a search has several, <see cref="Value"/> first; null where undefined.</summary>
    public IReadOnlyList<double?> Values { get; init; } = [Value];
}
