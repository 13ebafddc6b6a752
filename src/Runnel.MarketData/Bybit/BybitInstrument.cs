namespace Runnel.MarketData;

/// <summary>What the exchange says of an instrument's orders.</summary>
public sealed record BybitInstrument
{
    /// <summary>Instrument.</summary>
    public required string Symbol { get; init; }

    /// <summary>Kind of market.</summary>
    public required KlineCategory Category { get; init; }

    /// <summary>As the exchange puts it: Trading, PreLaunch, Delivering, Closed.</summary>
    public required string Status { get; init; }

    /// <summary>Smallest step of a price, in the quote currency.</summary>
    public required double TickSize { get; init; }

    /// <summary>Smallest step of a quantity, the lot of a backtest: base coin for spot and linear, USD for inverse.</summary>
    public required double QuantityStep { get; init; }

    /// <summary>Smallest quantity of an order, in the same unit.</summary>
    public required double MinQuantity { get; init; }

    /// <summary>Smallest value of an order in the quote currency, or null where the exchange sets none.</summary>
    public double? MinNotional { get; init; }

    /// <summary>When trading began, or null where the exchange does not say (spot).</summary>
    public DateTimeOffset? LaunchTime { get; init; }
}
