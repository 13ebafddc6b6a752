namespace Runnel.Backtesting;

/// <summary>What the number of an <see cref="OrderSize"/> counts.</summary>
public enum SizeKind
{
    /// <summary>A part of the margin that is available when the order fills, times leverage; rounded down to whole lots.</summary>
    Fraction,

    /// <summary>Units of the instrument, exactly as given; an order that does not fit the available margin is dropped.</summary>
    Units,

    /// <summary>Position value in cash, fees included; rounded down to whole lots, dropped if it does not fit.</summary>
    Cash,

    /// <summary>The part of equity that is lost if the order's stop-loss is hit; rounded down to whole lots, at most what fits.</summary>
    Risk,

    /// <summary>A part of the Kelly fraction of the trades that the run has closed so far, as a part of the available margin like
    /// <see cref="Fraction"/>; a tenth of it until 20 trades are closed. Where the fraction is not above 0, the order is dropped.</summary>
    Kelly,
}
