using Runnel.Backtesting;
using Runnel.Numerics;

namespace Runnel.Optimization;

/// <summary>A number: a continuum from low to high, or low, low + step and so on.</summary>
public sealed class FloatParameter : Parameter
{
    private const double Widest = 1e12;
    private readonly double step;
    private readonly double logLow;
    private readonly double logRange;

    /// <summary>A range of numbers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="low">Smallest value.</param>
    /// <param name="high">No value is above it.</param>
    /// <param name="step">Distance of neighbors; null for a continuum. Added in decimal, so that 0.1 + 2 * 0.1 is 0.3.</param>
    /// <param name="log">Whether to sample by the logarithm, for ranges over several orders of magnitude; needs a low above 0 and no step.</param>
    /// <exception cref="BacktestInputException">The range is empty or not finite, or step and log do not go together.</exception>
    public FloatParameter(string name, double low, double high, double? step = null, bool log = false)
        : base(name)
    {
        if (!(Math.Abs(low) <= Widest))
            throw new BacktestInputException($"{name}.low", low, "Give a number within 1e12.");
        if (!(Math.Abs(high) <= Widest) || high < low)
            throw new BacktestInputException($"{name}.high", high, $"Give a number from low, which is {low}, to 1e12.");
        if (log && low <= 0)
            throw new BacktestInputException($"{name}.low", low, "Give a number above 0 with log, or leave log out.");
        if (log && step is not null)
            throw new BacktestInputException($"{name}.step", step, "Leave step out with log; neighbors are not equally far apart there.");
        if (step is <= 1e-12 or > Widest or double.NaN)
            throw new BacktestInputException($"{name}.step", step, "Give a number above 1e-12, or leave it out for a continuum.");
        (Low, High, this.step) = (low, high, step ?? 0);
        if (log)
            (logLow, logRange, IsLog) = (PortableMath.Log(low), PortableMath.Log(high) - PortableMath.Log(low), true);
        if (step is null)
            return;
        decimal count = Math.Floor(((decimal)high - (decimal)low) / (decimal)step.Value) + 1;
        if (count > int.MaxValue)
            throw new BacktestInputException($"{name}.step", step, "Give a wider step, for fewer than 2^31 values.");
        Count = (int)count;
        Low = At(0);
        High = At(Count.Value - 1);
    }

    /// <inheritdoc/>
    public override int? Count { get; }

    /// <inheritdoc/>
    public override bool IsOrdered => true;

    /// <inheritdoc/>
    public override bool IsLog { get; }

    /// <summary>Smallest value.</summary>
    public double Low { get; }

    /// <summary>Largest value.</summary>
    public double High { get; }

    /// <inheritdoc/>
    public override double FromUnit(double unit)
    {
        unit = Clamp(unit);
        if (Count is { } count)
            return At(Math.Min((int)(unit * count), count - 1));
        return Math.Clamp(IsLog ? PortableMath.Exp(logLow + unit * logRange) : Low + unit * (High - Low), Low, High);
    }

    /// <inheritdoc/>
    public override double ToUnit(double number)
    {
        if (Count is { } count)
            return (IndexOf(number) + 0.5) / count;
        if (High == Low)
            return 0.5;
        return IsLog ? (PortableMath.Log(number) - logLow) / logRange : (number - Low) / (High - Low);
    }

    /// <inheritdoc/>
    public override double At(int index) => Count is null
        ? throw new InvalidOperationException($"{Name} is a continuum; give it a step.")
        : (double)((decimal)Low + index * (decimal)step);

    /// <inheritdoc/>
    public override int IndexOf(double number)
    {
        if (Count is not { } count)
            throw new InvalidOperationException($"{Name} is a continuum; give it a step.");
        double index = Math.Round((number - Low) / step);
        return index >= 0 && index < count && At((int)index) == number ? (int)index : -1;
    }

    /// <inheritdoc/>
    public override bool Takes(double number) => Count is null ? number >= Low && number <= High : IndexOf(number) >= 0;
}
