namespace Runnel.Backtesting;

/// <summary>Parabolic stop and reverse: a stop that follows the extreme of the trend, faster the longer it lasts.</summary>
/// <remarks>Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978. First value at bar 1 (NaN at bar 0): an up trend if the middle of
/// bar 1 is at or above that of bar 0, starting from the low of bar 0, else from its high. The stop never enters the range of the last
/// two bars; when the price crosses it the trend turns and the stop starts from the extreme.</remarks>
public sealed class ParabolicSar
{
    private readonly double step;
    private readonly double limit;
    private (double High, double Low) last;
    private (double High, double Low) beforeLast;
    private double stop;
    private double extreme;
    private double speed;
    private bool isUp;
    private int seen;

    /// <summary>A stop that is fed bar by bar.</summary>
    /// <param name="step">Added to the speed at each new extreme; 0.02 is usual.</param>
    /// <param name="limit">Highest speed; 0.2 is usual.</param>
    public ParabolicSar(double step, double limit)
    {
        (this.step, this.limit) = (step, limit);
    }

    /// <summary>Takes the next bar.</summary>
    /// <param name="high">Highest price of the bar.</param>
    /// <param name="low">Lowest price of the bar.</param>
    /// <returns>Its figure; NaN while there are too few bars.</returns>
    public double Next(double high, double low)
    {
        if (seen == 0)
            stop = double.NaN;
        else if (seen == 1)
            Start(high, low);
        else
            Move(high, low);
        seen = Math.Min(seen + 1, 2);
        (beforeLast, last) = (last, (high, low));
        return stop;
    }

    /// <summary>The figure at every bar of a series.</summary>
    /// <param name="high">Highest price of each bar, oldest first.</param>
    /// <param name="low">Lowest price of each bar.</param>
    /// <param name="step">Added to the speed at each new extreme; 0.02 is usual.</param>
    /// <param name="limit">Highest speed; 0.2 is usual.</param>
    /// <param name="output">As long as <paramref name="high"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Compute(ReadOnlySpan<double> high, ReadOnlySpan<double> low, double step, double limit, Span<double> output)
    {
        Series.CheckLength(high.Length, low.Length);
        Series.CheckLength(high.Length, output.Length);
        ParabolicSar indicator = new(step, limit);
        for (int i = 0; i < high.Length; i++)
            output[i] = indicator.Next(high[i], low[i]);
    }

    private void Start(double high, double low)
    {
        isUp = high + low >= last.High + last.Low;
        (stop, extreme, speed) = isUp ? (last.Low, Math.Max(high, last.High), step) : (last.High, Math.Min(low, last.Low), step);
        beforeLast = last;
    }

    private void Move(double high, double low)
    {
        stop += speed * (extreme - stop);
        stop = isUp ? Math.Min(stop, Math.Min(last.Low, beforeLast.Low)) : Math.Max(stop, Math.Max(last.High, beforeLast.High));
        if (isUp ? low < stop : high > stop)
        {
            isUp = !isUp;
            (stop, extreme, speed) = (extreme, isUp ? high : low, step);
        }
        else if (isUp ? high > extreme : low < extreme)
        {
            (extreme, speed) = (isUp ? high : low, Math.Min(limit, speed + step));
        }
    }
}
