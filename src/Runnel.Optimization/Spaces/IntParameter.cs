using Runnel.Backtesting;
using Runnel.Numerics;

namespace Runnel.Optimization;

/// <summary>A whole number: low, low + step, and so on up to high.</summary>
public sealed class IntParameter : Parameter
{
    private readonly long low;
    private readonly long step;
    private readonly bool log;

    /// <summary>A range of whole numbers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="low">Smallest value.</param>
    /// <param name="high">No value is above it.</param>
    /// <param name="step">Distance of neighbors, at least 1; 1 if <paramref name="log"/>.</param>
    /// <param name="log">Whether to sample by the logarithm, for ranges over several orders of magnitude; needs a low of at least 1.</param>
    /// <exception cref="BacktestInputException">The range is empty or too wide, or step and log do not go together.</exception>
    public IntParameter(string name, long low, long high, long step = 1, bool log = false)
        : base(name)
    {
        if (high < low)
            throw new BacktestInputException($"{name}.high", high, $"Give at least low, which is {low}.");
        if (step < 1)
            throw new BacktestInputException($"{name}.step", step, "Give a whole number of at least 1.");
        if (log && low < 1)
            throw new BacktestInputException($"{name}.low", low, "Give at least 1 with log, or leave log out.");
        if (log && step != 1)
            throw new BacktestInputException($"{name}.step", step, "Leave step out with log; neighbors are not equally far apart there.");
        if ((UInt128)((Int128)high - low) / (UInt128)step >= int.MaxValue || Math.Max(Math.Abs((double)low), Math.Abs((double)high)) > 1L << 53)
            throw new BacktestInputException($"{name}.high", high, "Give bounds within 2^53 and fewer than 2^31 values between them.");
        (this.low, this.step, this.log) = (low, step, log);
        Count = (int)((high - low) / step) + 1;
    }

    /// <inheritdoc/>
    public override int? Count { get; }

    /// <inheritdoc/>
    public override bool IsOrdered => true;

    /// <inheritdoc/>
    public override bool IsLog => log;

    /// <summary>Smallest value.</summary>
    public double Low => low;

    /// <summary>Largest value.</summary>
    public double High => At(Count!.Value - 1);

    /// <inheritdoc/>
    public override double FromUnit(double unit)
    {
        unit = Clamp(unit);
        if (!log)
            return At(Math.Min((int)(unit * Count!.Value), Count.Value - 1));
        double from = PortableMath.Log(Low - 0.5), to = PortableMath.Log(High + 0.5);
        return Math.Clamp(Math.Round(PortableMath.Exp(from + unit * (to - from))), Low, High);
    }

    /// <inheritdoc/>
    public override double ToUnit(double number)
    {
        if (!log)
            return (IndexOf(number) + 0.5) / Count!.Value;
        double from = PortableMath.Log(Low - 0.5), to = PortableMath.Log(High + 0.5);
        return (PortableMath.Log(number) - from) / (to - from);
    }

    /// <inheritdoc/>
    public override double At(int index) => low + step * index;

    /// <inheritdoc/>
    public override int IndexOf(double number) => Takes(number) ? (int)(((long)number - low) / step) : -1;

    /// <inheritdoc/>
    public override bool Takes(double number) =>
        number >= low && number <= High && number == Math.Floor(number) && ((long)number - low) % step == 0;
}
