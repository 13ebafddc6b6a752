using Runnel.Backtesting;

namespace Runnel.Optimization;

internal static class InputCheck
{
    public static void AtLeast(string field, int value, int least)
    {
        if (value < least)
            throw new BacktestInputException(field, value, $"Give a whole number of at least {least}.");
    }

    public static void Within(string field, double value, double low, double high)
    {
        if (!(value >= low && value <= high))
            throw new BacktestInputException(field, value, $"Give a number from {low} to {high}.");
    }
}
