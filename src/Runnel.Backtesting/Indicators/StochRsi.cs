namespace Runnel.Backtesting;

/// <summary>Stochastic oscillator of the RSI: where the RSI lies in its own range of n bars.</summary>
/// <remarks>Source: T. S. Chande and S. Kroll, The New Technical Trader, 1994. %K first at rsi + period + smooth - 2, %D signal - 1 bars later; NaN
/// before. A range of 0 counts as the middle, 50.</remarks>
public sealed class StochRsi
{
    private readonly Rsi index;
    private readonly Stochastic stochastic;

    /// <summary>An oscillator that is fed value by value.</summary>
    /// <param name="rsi">Period of the RSI, at least 1.</param>
    /// <param name="period">Bars of the range, at least 1.</param>
    /// <param name="smooth">Bars over which %K is averaged; 1 for the fast form.</param>
    /// <param name="signal">Bars over which %D averages %K.</param>
    /// <exception cref="ArgumentOutOfRangeException">A period is below 1.</exception>
    public StochRsi(int rsi, int period, int smooth, int signal)
    {
        Series.CheckPeriod(rsi);
        Series.CheckPeriod(period);
        Series.CheckPeriod(smooth);
        Series.CheckPeriod(signal);
        (index, stochastic) = (new Rsi(rsi), new Stochastic(period, smooth, signal));
    }

    /// <summary>Takes the next value.</summary>
    /// <param name="value">A finite number.</param>
    /// <returns>Its figures; NaN while there are too few values.</returns>
    public StochasticValue Next(double value)
    {
        double now = index.Next(value);
        return double.IsNaN(now) ? StochasticValue.None : stochastic.Next(now, now, now);
    }

    /// <summary>The figures at every value of a series.</summary>
    /// <param name="source">Finite numbers, oldest first.</param>
    /// <param name="rsi">Period of the RSI, at least 1.</param>
    /// <param name="period">Bars of the range, at least 1.</param>
    /// <param name="smooth">Bars over which %K is averaged; 1 for the fast form.</param>
    /// <param name="signal">Bars over which %D averages %K.</param>
    /// <param name="k">As long as <paramref name="source"/>.</param>
    /// <param name="d">As long as <paramref name="source"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ or a period is below 1.</exception>
    public static void Compute(ReadOnlySpan<double> source, int rsi, int period, int smooth, int signal, Span<double> k, Span<double> d)
    {
        Series.CheckLength(source.Length, k.Length);
        Series.CheckLength(source.Length, d.Length);
        StochRsi indicator = new(rsi, period, smooth, signal);
        for (int i = 0; i < source.Length; i++)
        {
            StochasticValue value = indicator.Next(source[i]);
            (k[i], d[i]) = (value.K, value.D);
        }
    }
}
