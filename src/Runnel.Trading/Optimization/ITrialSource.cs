namespace Runnel.Trading;

/// <summary>The trials of a search whose points do not depend on results: trial N is the same wherever and whenever it is asked for, so a chunk of
/// trials is two numbers. Safe from several threads.</summary>
internal interface ITrialSource
{
    /// <summary>How many trials there are.</summary>
    long Count { get; }

    /// <summary>The parameters of one trial by their own names, fixed ones included.</summary>
    IReadOnlyDictionary<string, double> At(long trial);
}
