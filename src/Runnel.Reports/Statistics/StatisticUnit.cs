namespace Runnel.Reports;

/// <summary>What the number of a <see cref="Statistic"/> counts.</summary>
public enum StatisticUnit
{
    /// <summary>A pure number.</summary>
    Number,

    /// <summary>Percent: 1.5 is 1.5 %.</summary>
    Percent,

    /// <summary>A fraction: 0.015 is 1.5 %.</summary>
    Fraction,

    /// <summary>Cash in quote currency.</summary>
    Cash,

    /// <summary>How many.</summary>
    Count,

    /// <summary>A number of bars.</summary>
    Bars,

    /// <summary>The number of a bar, counted from 0.</summary>
    Bar,

    /// <summary>A length of time in milliseconds.</summary>
    Duration,
}
