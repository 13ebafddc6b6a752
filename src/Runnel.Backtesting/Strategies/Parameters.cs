namespace Runnel.Backtesting;

internal static class Parameters
{
    public static StrategyParameter Period(string name, int standard, string description, string[]? aliases = null, bool required = false, int minimum = 1,
        int maximum = 1_000_000) => new()
        {
            Name = name,
            Description = description,
            Default = standard,
            Minimum = minimum,
            Maximum = maximum,
            IsInteger = true,
            IsRequired = required,
            Aliases = aliases ?? [],
        };

    public static StrategyParameter Number(string name, double standard, double minimum, double maximum, string description, params string[] aliases) => new()
    {
        Name = name,
        Description = description,
        Default = standard,
        Minimum = minimum,
        Maximum = maximum,
        Aliases = aliases,
    };
}
