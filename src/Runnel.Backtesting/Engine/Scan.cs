namespace Runnel.Backtesting;

internal static class Scan
{
    /// <summary>Asks a rule bar by bar.</summary>
    public static int Next<TRule>(in TRule rule, int from, int to, int position)
        where TRule : struct, IRule
    {
        TRule asked = rule; // a local copy, so that its fields stay in registers
        int bar = from;
        while (bar < to && !asked.Acts(bar, position))
            bar++;
        return bar;
    }
}
