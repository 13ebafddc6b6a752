namespace Runnel.Optimization;

/// <summary>What a <see cref="ParameterValue"/> is.</summary>
public enum ParameterValueKind
{
    /// <summary>Nothing: the parameter has no part in the trial, or a statistic is undefined.</summary>
    None,

    /// <summary>A finite number.</summary>
    Number,

    /// <summary>A text.</summary>
    Text,

    /// <summary>True or false.</summary>
    Boolean,
}
