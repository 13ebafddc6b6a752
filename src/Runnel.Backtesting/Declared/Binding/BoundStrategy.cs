namespace Runnel.Backtesting;

/// <summary>A level of a bound strategy for each side.</summary>
internal sealed record BoundLevel(DeclaredLevelKind Kind, Node Long, Node Short);

/// <summary>A declaration whose expressions were found right.</summary>
internal sealed class BoundStrategy
{
    public required string[] Parameters { get; init; }

    public required Node? EntryLong { get; init; }

    public required Node? EntryShort { get; init; }

    public required Node? ExitLong { get; init; }

    public required Node? ExitShort { get; init; }

    public required Node? Require { get; init; }

    public required BoundLevel? Limit { get; init; }

    public required BoundLevel? Stop { get; init; }

    public required int GoodForBars { get; init; }

    public required BoundLevel? StopLoss { get; init; }

    public required BoundLevel? TakeProfit { get; init; }

    public required BoundLevel? TrailingStop { get; init; }

    public required Node? Size { get; init; }

    public required SizeKind SizeKind { get; init; }

    public required int MaxOpen { get; init; }

    /// <summary>Milliseconds; null where nobody said.</summary>
    public required long? BarLength { get; init; }

    public required SourcePool Sources { get; init; }

    public required IReadOnlyList<ConstantCheck> Checks { get; init; }
}
