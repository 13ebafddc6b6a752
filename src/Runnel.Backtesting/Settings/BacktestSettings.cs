namespace Runnel.Backtesting;

/// <summary>Account and broker of a backtest. Immutable; checked by <see cref="Validate"/> before each run.</summary>
public sealed record BacktestSettings
{
    /// <summary>Cash before the first bar, in quote currency. Default: 10,000.</summary>
    public double Cash { get; init; } = 10_000;

    /// <summary>Smallest step of an order's size in units (Bybit's <c>qtyStep</c>). Default: 0.001.</summary>
    public double Lot { get; init; } = 0.001;

    /// <summary>Fee as a fraction of value, paid at entry and again at exit; 0.0006 is 6 basis points. Default: 0.</summary>
    public double Commission { get; init; }

    /// <summary>Fraction of the price by which an entry (not an exit) is worse. Default: 0.</summary>
    public double Spread { get; init; }

    /// <summary>Fraction of the price by which market and stop fills, entries and exits, are worse; take-profits are limit orders
    /// and do not slip. Default: 0.</summary>
    public double Slippage { get; init; }

    /// <summary>Position value per margin, at least 1. Default: 1.</summary>
    public double Leverage { get; init; } = 1;

    /// <summary>Whether market orders fill at the close of the bar that gave the signal instead of the next open. Default: false.</summary>
    public bool TradeOnClose { get; init; }

    /// <summary>Whether each new entry first closes what is open and cancels what is pending. Default: false.</summary>
    public bool Exclusive { get; init; }

    /// <summary>Which sides may be taken. Default: long only.</summary>
    public TradeDirection Direction { get; init; } = TradeDirection.LongOnly;

    /// <summary>Size of an entry. Default: 95 % of the available margin.</summary>
    public OrderSize Size { get; init; } = OrderSize.Fraction(0.95);

    /// <summary>Trading days in a year for annualized statistics: 365 for a market that never closes, 252 for stocks. Default: 365.</summary>
    public double AnnualizationDays { get; init; } = 365;

    /// <summary>Funding payments; null for none. Default: null.</summary>
    public FundingRates? Funding { get; init; }

    /// <summary>Whether payments that fall between the opens of two bars are made at the later one; else only payments at exactly a bar's
    /// open time are made, and bars longer than the funding interval lose some. Default: true.</summary>
    public bool FundingBetweenBars { get; init; } = true;

    /// <summary>Maintenance margin as a fraction of a position's value (0.005 in Bybit's first risk tier); each trade then has isolated
    /// margin and can be liquidated. Null: no liquidation. Default: null.</summary>
    public double? MaintenanceMargin { get; init; }

    /// <summary>At which price open trades are valued when another order asks for margin. Default: the price of its fill.</summary>
    public MarginMark MarginMark { get; init; } = MarginMark.FillPrice;

    /// <summary>Checks every value.</summary>
    /// <exception cref="BacktestInputException">The first value that makes no sense, by name, with what to give.</exception>
    public void Validate()
    {
        Require("cash", Cash, Cash > 0 && double.IsFinite(Cash), "Give an amount greater than 0.");
        Require("lot", Lot, Lot > 0 && double.IsFinite(Lot), "Give the smallest order step, greater than 0 (1 for whole units).");
        Require("commission", Commission, Commission is >= 0 and < 1, "Give a fraction of value from 0 to below 1 (0.0006 is 0.06 %).");
        Require("spread", Spread, Spread is >= 0 and < 1, "Give a fraction of the price from 0 to below 1 (0.0002 is 0.02 %).");
        Require("slippage", Slippage, Slippage is >= 0 and < 1, "Give a fraction of the price from 0 to below 1 (0.0001 is 0.01 %).");
        Require("leverage", Leverage, Leverage is >= 1 and <= 1000, "Give a number from 1 (none) to 1000.");
        Require("direction", Direction, Enum.IsDefined(Direction), "Give long_only, short_only or long_short.");
        Require("margin_mark", MarginMark, Enum.IsDefined(MarginMark), "Give fill_price or bar_close.");
        Require("annualization_days", AnnualizationDays, AnnualizationDays is > 0 and <= 366, "Give days a year: 365 or 252.");
        Require("maintenance_margin", MaintenanceMargin, MaintenanceMargin is null or (>= 0 and < 1), "Give a fraction from 0 to below 1.");
        if (MaintenanceMargin >= 1 / Leverage)
        {
            throw new BacktestInputException("maintenance_margin", MaintenanceMargin,
                $"Give less than {1 / Leverage}, the initial margin at leverage {Leverage}: a position would be liquidated as it opens.");
        }

        Require("size.kind", Size.Kind, Enum.IsDefined(Size.Kind), "Give fraction, units, cash or risk.");
        bool isPart = Size.Kind is SizeKind.Fraction or SizeKind.Risk;
        Require("size.value", Size.Value, Size.Value > 0 && double.IsFinite(Size.Value) && (!isPart || Size.Value <= 1),
            isPart ? "Give a fraction greater than 0 and at most 1 (0.95 is 95 %)." : "Give an amount greater than 0.");
    }

    private static void Require(string field, object? value, bool holds, string remedy)
    {
        if (!holds)
            throw new BacktestInputException(field, value, remedy);
    }
}
