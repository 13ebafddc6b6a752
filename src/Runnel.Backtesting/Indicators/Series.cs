using System.Runtime.CompilerServices;

namespace Runnel.Backtesting;

internal static class Series
{
    public static void Check(ReadOnlySpan<double> source, int period, Span<double> output,
        [CallerArgumentExpression(nameof(output))] string name = "")
    {
        CheckPeriod(period);
        CheckLength(source.Length, output.Length, name);
    }

    public static void CheckPeriod(int period, [CallerArgumentExpression(nameof(period))] string name = "") =>
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1, name);

    public static void CheckLength(int expected, int actual, [CallerArgumentExpression(nameof(actual))] string name = "")
    {
        if (actual != expected)
            throw new ArgumentException($"{name} has {actual} values; it needs {expected}, one for each bar.", name);
    }
}
