namespace Runnel.Backtesting.Tests;

public sealed class BacktestSettingsTests
{
    public static TheoryData<string, BacktestSettings> Impossible => new()
    {
        { "cash", new BacktestSettings { Cash = 0 } },
        { "cash", new BacktestSettings { Cash = double.NaN } },
        { "lot", new BacktestSettings { Lot = -1 } },
        { "commission", new BacktestSettings { Commission = -0.1 } },
        { "commission", new BacktestSettings { Commission = double.NaN } },
        { "spread", new BacktestSettings { Spread = 1 } },
        { "slippage", new BacktestSettings { Slippage = 2 } },
        { "leverage", new BacktestSettings { Leverage = 0.5 } },
        { "direction", new BacktestSettings { Direction = (TradeDirection)9 } },
        { "annualization_days", new BacktestSettings { AnnualizationDays = 0 } },
        { "maintenance_margin", new BacktestSettings { MaintenanceMargin = 0.2, Leverage = 10 } },
        { "size.value", new BacktestSettings { Size = OrderSize.Fraction(1.5) } },
        { "size.value", new BacktestSettings { Size = OrderSize.Units(0) } },
        { "size.kind", new BacktestSettings { Size = new OrderSize((SizeKind)9, 1) } },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Refuses_an_impossible_value_and_names_it(string field, BacktestSettings settings)
    {
        BacktestInputException error = Assert.Throws<BacktestInputException>(settings.Validate);

        Assert.Equal(field, error.Field);
        Assert.Contains(error.Remedy, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_the_defaults() => new BacktestSettings().Validate();
}
