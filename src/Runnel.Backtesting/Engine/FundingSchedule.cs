namespace Runnel.Backtesting;

/// <summary>Hands out the payments of a funding series at the first bar that opens at or after their time, or only those that a bar opens at.</summary>
internal sealed class FundingSchedule
{
    private readonly FundingRates rates;
    private readonly long[] barTimes;
    private readonly bool betweenBars;
    private int next;

    public FundingSchedule(FundingRates rates, long[] barTimes, bool betweenBars)
    {
        (this.rates, this.barTimes, this.betweenBars) = (rates, barTimes, betweenBars);
        while (next < rates.Count && barTimes.Length > 0 && rates.Times[next] < barTimes[0])
            next++;
    }

    public bool FallsDue(int bar) => next < rates.Count && rates.Times[next] <= barTimes[bar];

    public bool TryTake(int bar, out long time, out double rate)
    {
        (time, rate) = (0, 0);
        while (FallsDue(bar))
        {
            (time, rate) = (rates.Times[next], rates.Rates[next]);
            next++;
            // Skipped while flat: the account does not look at bars then, so old payments pile up here.
            if (time == barTimes[bar] || (betweenBars && (bar == 0 || time > barTimes[bar - 1])))
                return true;
        }

        return false;
    }
}
