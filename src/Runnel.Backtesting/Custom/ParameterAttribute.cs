namespace Runnel.Backtesting;

/// <summary>Range and meaning of a parameter of a strategy in C#.</summary>
/// <param name="minimum">Smallest value.</param>
/// <param name="maximum">Largest value.</param>
/// <param name="description">What it sets, with its unit.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ParameterAttribute(double minimum, double maximum, string description) : Attribute
{
    /// <summary>Smallest value.</summary>
    public double Minimum => minimum;

    /// <summary>Largest value.</summary>
    public double Maximum => maximum;

    /// <summary>What it sets, with its unit.</summary>
    public string Description => description;
}
