namespace Runnel.Backtesting;

/// <summary>Funding payments of a perpetual contract: at each time, longs pay shorts this part of the position's value.</summary>
public sealed class FundingRates
{
    private readonly long[] times;
    private readonly double[] rates;

    /// <summary>Takes over the arrays without copying: do not write to them afterwards.</summary>
    /// <param name="times">Payment times in Unix milliseconds, UTC, strictly ascending.</param>
    /// <param name="rates">Rates as fractions (0.0001 is 1 basis point); negative where shorts pay.</param>
    /// <exception cref="BacktestInputException">The lengths differ, a time is not after the one before, or a rate is not finite.</exception>
    public FundingRates(long[] times, double[] rates)
    {
        (this.times, this.rates) = (times, rates);
        if (times.Length != rates.Length)
            throw new BacktestInputException("funding", $"{times.Length} times and {rates.Length} rates", "Give one rate a time.");
        for (int i = 0; i < times.Length; i++)
        {
            if (i > 0 && times[i] <= times[i - 1])
                throw new BacktestInputException($"funding[{i}].time", times[i], $"Sort the payments; the one before is at {times[i - 1]}.");
            if (!double.IsFinite(rates[i]))
                throw new BacktestInputException($"funding[{i}].rate", rates[i], "Give a finite fraction.");
        }
    }

    /// <summary>Number of payments.</summary>
    public int Count => times.Length;

    /// <summary>Payment times in Unix milliseconds, UTC, strictly ascending.</summary>
    public ReadOnlySpan<long> Times => times;

    /// <summary>Rates as fractions of the position's value.</summary>
    public ReadOnlySpan<double> Rates => rates;
}
