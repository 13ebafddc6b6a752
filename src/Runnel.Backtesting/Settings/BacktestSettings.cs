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

    /// <summary>Fee of limit entries and take-profits as a fraction of value; negative for a rebate. Null: the same as
    /// <see cref="Commission"/>. Default: null.</summary>
    public double? MakerCommission { get; init; }

    /// <summary>Smallest step of a price (Bybit's <c>tickSize</c>): levels and fills are rounded to it, never in the trader's favor. 0: none.
    /// Default: 0.</summary>
    public double Tick { get; init; }

    /// <summary>Least value of an entry in cash (Bybit's <c>minNotionalValue</c>, 5 USDT); a smaller one is dropped. Default: 0.</summary>
    public double MinNotional { get; init; }

    /// <summary>Least size of an entry in units (Bybit's <c>minOrderQty</c>); a smaller one is dropped. Exits close what there is. Default: 0.</summary>
    public double MinSize { get; init; }

    /// <summary>Fraction of the price by which an entry (not an exit) is worse. Default: 0.</summary>
    public double Spread { get; init; }

    /// <summary>Fraction of the price by which market and stop fills, entries and exits, are worse; take-profits are limit orders
    /// and do not slip. Default: 0.</summary>
    public double Slippage { get; init; }

    /// <summary>Amount in price by which the same fills are worse, beside <see cref="Slippage"/>. Default: 0.</summary>
    public double SlippageAmount { get; init; }

    /// <summary>Distance of bid and ask as a fraction of the price; the same fills are worse by half of it. Default: 0.</summary>
    public double BidAskSpread { get; init; }

    /// <summary>The same fills are worse by this fraction times the square of the order's share of its bar's volume (at most 1).
    /// Default: 0.</summary>
    public double VolumeImpact { get; init; }

    /// <summary>Largest share of its bar's volume that an entry may take, in (0, 1]; the rest of it is given up. Null: no limit.
    /// Default: null.</summary>
    public double? VolumeLimit { get; init; }

    /// <summary>Whether orders wait on bars without volume, on which nobody traded. Default: false.</summary>
    public bool RequireVolume { get; init; }

    /// <summary>What is assumed of the prices inside a bar. Default: the worst case.</summary>
    public FillModel FillModel { get; init; } = FillModel.WorstCase;

    /// <summary>Bars of a shorter interval over the same time: each bar of the run is worked off bar by bar of these. A bar for which they
    /// are missing or do not add up to it is worked off whole, and counted. Null: none. Default: null.</summary>
    public Klines? FinerKlines { get; init; }

    /// <summary>Stop-loss of entries for which the strategy sets none. Default: null, none.</summary>
    public LevelRule? StopLoss { get; init; }

    /// <summary>Take-profit of entries for which the strategy sets none. Default: null, none.</summary>
    public LevelRule? TakeProfit { get; init; }

    /// <summary>Distance of the trailing stop of entries for which the strategy sets none. Default: null, none.</summary>
    public LevelRule? TrailingStop { get; init; }

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
        Require("maker_commission", MakerCommission, MakerCommission is null or (> -1 and < 1), "Give a fraction of value between -1 and 1 (0.0002 is 0.02 %).");
        Require("tick", Tick, Tick >= 0 && double.IsFinite(Tick), "Give the smallest step of a price, or 0 for none.");
        Require("min_notional", MinNotional, MinNotional >= 0 && double.IsFinite(MinNotional), "Give an amount of cash, or 0 for none.");
        Require("min_size", MinSize, MinSize >= 0 && double.IsFinite(MinSize), "Give a number of units, or 0 for none.");
        Require("slippage_amount", SlippageAmount, SlippageAmount >= 0 && double.IsFinite(SlippageAmount), "Give an amount in price, or 0 for none.");
        Require("bid_ask_spread", BidAskSpread, BidAskSpread is >= 0 and < 1, "Give a fraction of the price from 0 to below 1 (0.0002 is 0.02 %).");
        Require("volume_impact", VolumeImpact, VolumeImpact is >= 0 and < 1, "Give a fraction of the price from 0 to below 1 (0.1 is 10 % for a whole bar's volume).");
        Require("volume_limit", VolumeLimit, VolumeLimit is null or (> 0 and <= 1), "Give a share of a bar's volume greater than 0 and at most 1 (0.1 is 10 %).");
        Require("fill_model", FillModel, Enum.IsDefined(FillModel), "Give worst_case or bar_path.");
        Require("require_volume", RequireVolume, !(RequireVolume && TradeOnClose), "Leave it out with trade_on_close: those orders fill at the close of the bar before, whatever volume comes.");
        LevelChecks.Validate(this);
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

        Require("size.kind", Size.Kind, Enum.IsDefined(Size.Kind), "Give fraction, units, cash, risk or kelly.");
        bool isPart = Size.Kind is SizeKind.Fraction or SizeKind.Risk or SizeKind.Kelly;
        Require("size.value", Size.Value, Size.Value > 0 && double.IsFinite(Size.Value) && (!isPart || Size.Value <= 1),
            isPart ? "Give a fraction greater than 0 and at most 1 (0.95 is 95 %)." : "Give an amount greater than 0.");
    }

    internal static void Require(string field, object? value, bool holds, string remedy)
    {
        if (!holds)
            throw new BacktestInputException(field, value, remedy);
    }
}
