using System.Globalization;
using Runnel.Backtesting;

namespace Runnel.Reports;

/// <summary>One figure of a backtest as people read it: where it belongs, what it is called, and how it is worked out.</summary>
public sealed class Statistic
{
    private readonly Func<BacktestStatistics, DetailedStatistics, double?> read;

    internal Statistic(string name, string group, string label, StatisticUnit unit, string definition,
        Func<BacktestStatistics, DetailedStatistics, double?> read)
    {
        (Name, Group, Label, Unit, Definition, this.read) = (name, group, label, unit, definition, read);
    }

    /// <summary>The member of <see cref="BacktestStatistics"/> or <see cref="DetailedStatistics"/> that holds it.</summary>
    public string Name { get; }

    /// <summary>Heading under which it stands.</summary>
    public string Group { get; }

    /// <summary>Its name for people.</summary>
    public string Label { get; }

    /// <summary>What its number counts.</summary>
    public StatisticUnit Unit { get; }

    /// <summary>Its formula, with the source where it has one.</summary>
    public string Definition { get; }

    /// <summary>Its number in a run; null where it is undefined.</summary>
    /// <param name="plain">What every run gives.</param>
    /// <param name="detailed">What is worked out on demand.</param>
    public double? Of(BacktestStatistics plain, DetailedStatistics detailed) => read(plain, detailed);

    /// <summary>A number of this statistic as text, with its unit; a dash where it is undefined.</summary>
    /// <param name="value">What <see cref="Of"/> gave.</param>
    public string Format(double? value)
    {
        if (value is not { } known)
            return "–";
        return Unit switch
        {
            StatisticUnit.Percent => known.ToString("N2", CultureInfo.InvariantCulture) + " %",
            StatisticUnit.Fraction => known.ToString("0.######", CultureInfo.InvariantCulture),
            StatisticUnit.Cash => known.ToString("N2", CultureInfo.InvariantCulture),
            StatisticUnit.Count or StatisticUnit.Bar => known.ToString("N0", CultureInfo.InvariantCulture),
            StatisticUnit.Bars => known.ToString("#,0.#", CultureInfo.InvariantCulture),
            StatisticUnit.Duration => Duration(TimeSpan.FromMilliseconds(known)),
            _ => known.ToString("#,0.###", CultureInfo.InvariantCulture),
        };
    }

    private static string Duration(TimeSpan span) => span.TotalDays >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalDays} d {span.Hours} h")
        : string.Create(CultureInfo.InvariantCulture, $"{span.Hours} h {span.Minutes} min");
}
