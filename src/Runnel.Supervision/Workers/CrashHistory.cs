namespace Runnel.Supervision;

/// <summary>Decides after each end of one worker process whether, and after which wait, it is started again.</summary>
internal sealed class CrashHistory(SupervisorOptions options)
{
    private int inARow;

    /// <summary>Ends in a row before the worker was ready.</summary>
    public int FailedStarts { get; private set; }

    /// <returns>The wait before the next start; null when that is a crash loop and makes no sense.</returns>
    public TimeSpan? NextStart(bool clean, bool ready, TimeSpan uptime)
    {
        FailedStarts = ready ? 0 : FailedStarts + 1;
        if (FailedStarts >= options.FailedStartLimit)
            return null;
        if (ready && (clean || uptime >= options.HealthyAfter))
            inARow = 0;
        if (ready && clean)
            return TimeSpan.Zero; // someone drained this one alone, to replace it
        TimeSpan wait = options.FirstBackoff * Math.Pow(2, Math.Min(inARow, 20));
        inARow++;
        return wait < options.LongestBackoff ? wait : options.LongestBackoff;
    }
}
