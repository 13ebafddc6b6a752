namespace Runnel.Backtesting;

/// <summary>A strategy as data: rules written as expressions. docs/backtesting/declared-strategies.md has the grammar and every name.</summary>
public sealed record StrategyDeclaration
{
    /// <summary>Numbers that the rules use by name, with their defaults; what an optimization varies.</summary>
    public IReadOnlyDictionary<string, double> Parameters { get; init; } = new Dictionary<string, double>();

    /// <summary>Smallest and largest value of some parameters. Others take any number that their use allows.</summary>
    public IReadOnlyDictionary<string, ParameterRange> Ranges { get; init; } = new Dictionary<string, ParameterRange>();

    /// <summary>Expressions with a name, in any order.</summary>
    public IReadOnlyDictionary<string, string> Let { get; init; } = new Dictionary<string, string>();

    /// <summary>Condition that has to hold between the parameters, for instance <c>fast &lt; slow</c>; null for none.</summary>
    public string? Require { get; init; }

    /// <summary>Condition on which a long trade is entered; null for never.</summary>
    public string? EntryLong { get; init; }

    /// <summary>Condition on which a short trade is entered; null for never.</summary>
    public string? EntryShort { get; init; }

    /// <summary>Condition on which long trades are closed; null for never.</summary>
    public string? ExitLong { get; init; }

    /// <summary>Condition on which short trades are closed; null for never.</summary>
    public string? ExitShort { get; init; }

    /// <summary>Price at which an entry is to fill, or a better one; a distance or percent is taken from the signal's close to the better side. Null: at the market.</summary>
    public DeclaredLevel? Limit { get; init; }

    /// <summary>Price that makes the entry a market order once it is reached, or with <see cref="Limit"/> a limit order; a distance or percent is taken from the
    /// signal's close to the worse side. Null: at once.</summary>
    public DeclaredLevel? Stop { get; init; }

    /// <summary>Bars that an entry with <see cref="Limit"/> or <see cref="Stop"/> waits for its price, at least 1; the next signal replaces it. Default: 1.</summary>
    public int GoodForBars { get; init; } = 1;

    /// <summary>Where a trade is given up, worked out at the close of the entry's signal; a distance or percent is taken from that close, or from the price of
    /// <see cref="Limit"/>, else of <see cref="Stop"/>. Null for nowhere.</summary>
    public DeclaredLevel? StopLoss { get; init; }

    /// <summary>Where the gain is taken, likewise; null for nowhere.</summary>
    public DeclaredLevel? TakeProfit { get; init; }

    /// <summary>Distance at which a stop follows the best price; null for none. Its kind is a distance or percent.</summary>
    public DeclaredLevel? TrailingStop { get; init; }

    /// <summary>Size of an entry; null for that of the settings.</summary>
    public DeclaredSize? Size { get; init; }

    /// <summary>Trades open at once, 1 to 1,000. Default: 1.</summary>
    public int MaxOpen { get; init; } = 1;

    /// <summary>Length of the bars that it will run on, for instance <c>1h</c>. Null: the smallest distance of two bars. Only rules with
    /// <c>interval(…)</c> need it.</summary>
    public string? Interval { get; init; }
}

/// <summary>Values that a parameter may take.</summary>
/// <param name="Minimum">Smallest value.</param>
/// <param name="Maximum">Largest value.</param>
public readonly record struct ParameterRange(double Minimum, double Maximum);

/// <summary>A price level of a declared strategy.</summary>
/// <param name="Kind">What the expression gives.</param>
/// <param name="Expression">For both sides, or for longs where <paramref name="Short"/> is given.</param>
/// <param name="Short">For shorts; null: the same.</param>
public sealed record DeclaredLevel(DeclaredLevelKind Kind, string Expression, string? Short = null);

/// <summary>What the expression of a <see cref="DeclaredLevel"/> gives.</summary>
public enum DeclaredLevelKind
{
    /// <summary>The price itself.</summary>
    Price,

    /// <summary>Distance in price from the close of the signal (of a level of a trade: from the price of its entry, if that has one), to the side where the order belongs.</summary>
    Distance,

    /// <summary>The same in percent of that price: 2 is 2 %.</summary>
    Percent,
}

/// <summary>Size of the entries of a declared strategy.</summary>
/// <param name="Kind">What the expression counts.</param>
/// <param name="Expression">A number; a fraction or risk above 1 counts as 1, and an entry of 0 or less is not placed.</param>
public sealed record DeclaredSize(SizeKind Kind, string Expression);
