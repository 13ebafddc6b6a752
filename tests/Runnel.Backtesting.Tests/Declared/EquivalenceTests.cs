using System.Text.Json;
using Runnel.Oracles;

namespace Runnel.Backtesting.Tests.Declared;

/// <summary>What is declared gives the same bits as the same rules in C#.</summary>
public sealed class EquivalenceTests
{
    private const string NoFolder = "(none)";

    private static readonly Lazy<DataFolder> Data = new(() => new DataFolder(Path.Combine(SharedFolder.Path!, "data", "klines")));

    private static readonly Klines Market = RandomMarket.Create(bars: 6_000, seed: 31);

    public static TheoryData<string, StrategyDeclaration, Dictionary<string, double>> Pairs => new()
    {
        {
            "sma_cross",
            new()
            {
                Parameters = new Dictionary<string, double> { ["fast"] = 10, ["slow"] = 30 },
                EntryLong = "cross_above(sma(close, fast), sma(close, slow))",
                EntryShort = "cross_below(sma(close, fast), sma(close, slow))",
            },
            new() { ["fast"] = 7, ["slow"] = 25 }
        },
        {
            "ema_cross",
            new()
            {
                Parameters = new Dictionary<string, double> { ["fast"] = 10, ["slow"] = 30 },
                Let = new Dictionary<string, string> { ["quick"] = "ema(fast)", ["late"] = "ema(source = close, length = slow)" },
                EntryLong = "quick[1] <= late[1] and quick > late",
                EntryShort = "prev(quick) >= prev(late) and quick < late",
            },
            new() { ["fast"] = 12, ["slow"] = 26 }
        },
        {
            "rsi_mr",
            new()
            {
                Parameters = new Dictionary<string, double> { ["n"] = 14, ["lo"] = 30, ["hi"] = 70, ["exit_level"] = 55, ["slp"] = 0.02, ["tpp"] = 0.03 },
                Let = new Dictionary<string, string> { ["r"] = "rsi(close, n)" },
                EntryLong = "flat and r[1] < lo and r >= lo",
                EntryShort = "flat and r[1] > hi and r <= hi",
                ExitLong = "r > exit_level",
                ExitShort = "r < 100 - exit_level",
                StopLoss = new(DeclaredLevelKind.Price, "close * (1 - side * slp)"),
                TakeProfit = new(DeclaredLevelKind.Price, "close * (1 + tpp)", "close * (1 - tpp)"),
            },
            new() { ["n"] = 9, ["slp"] = 0.015, ["tpp"] = 0.025 }
        },
        {
            "macd",
            new()
            {
                Parameters = new Dictionary<string, double> { ["fast"] = 12, ["slow"] = 26, ["signal"] = 9 },
                EntryLong = "cross_above(macd(close, fast, slow, signal).line, macd(close, fast, slow, signal).signal)",
                EntryShort = "cross_below(macd(close, fast, slow, signal), macd(close, fast, slow, signal).signal)",
            },
            new() { ["fast"] = 8, ["slow"] = 21, ["signal"] = 5 }
        },
        {
            "bollinger",
            new()
            {
                Parameters = new Dictionary<string, double> { ["n"] = 20, ["k"] = 2 },
                Let = new Dictionary<string, string> { ["bands"] = "bollinger(close, n, k)" },
                EntryLong = "flat and close < bands.lower",
                EntryShort = "flat and close > bands.upper",
                ExitLong = "close > bands.middle",
                ExitShort = "close < bands.middle",
            },
            new() { ["n"] = 15, ["k"] = 1.5 }
        },
        {
            "atr_trailing",
            new()
            {
                Parameters = new Dictionary<string, double> { ["n"] = 50, ["atr"] = 14, ["k"] = 3 },
                EntryLong = "flat and cross_above(close, ema(close, n))",
                EntryShort = "flat and cross_below(close, ema(close, n))",
                TrailingStop = new(DeclaredLevelKind.Distance, "k * atr(atr)"),
            },
            new() { ["n"] = 30, ["atr"] = 10, ["k"] = 2 }
        },
        {
            "supertrend",
            new()
            {
                Parameters = new Dictionary<string, double> { ["n"] = 10, ["k"] = 3 },
                EntryLong = "supertrend(n, k).direction > 0 and supertrend(n, k).direction[1] < 0",
                EntryShort = "supertrend(n, k).direction < 0 and supertrend(n, k).direction[1] > 0",
            },
            new() { ["n"] = 7, ["k"] = 2.5 }
        },
        {
            "stochastic",
            new()
            {
                Parameters = new Dictionary<string, double> { ["n"] = 14, ["smooth"] = 3, ["signal"] = 3, ["lo"] = 20, ["hi"] = 80 },
                Let = new Dictionary<string, string> { ["s"] = "stochastic(n, smooth, signal)" },
                EntryLong = "cross_above(s.k, s.d) and s.k < lo",
                EntryShort = "cross_below(s.k, s.d) and s.k > hi",
            },
            new() { ["n"] = 9, ["lo"] = 35, ["hi"] = 65 }
        },
        {
            "donchian",
            new()
            {
                Parameters = new Dictionary<string, double> { ["n"] = 20, ["m"] = 10 },
                EntryLong = "close > highest(high, n)[1]",
                EntryShort = "close < lowest(low, n)[1]",
                ExitLong = "close < lowest(low, m)[1]",
                ExitShort = "close > highest(high, m)[1]",
            },
            new() { ["n"] = 30, ["m"] = 12 }
        },
        {
            "donchian_stop",
            new()
            {
                Parameters = new Dictionary<string, double> { ["n"] = 20, ["m"] = 10 },
                EntryLong = "flat",
                Stop = new(DeclaredLevelKind.Price, "highest(high, n)"),
                ExitLong = "close < lowest(low, m)[1]",
            },
            new() { ["n"] = 15, ["m"] = 8 }
        },
        {
            "dca_rsi",
            new()
            {
                Parameters = new Dictionary<string, double> { ["n"] = 14, ["lo"] = 30, ["hi"] = 65, ["max_open"] = 5 },
                EntryLong = "rsi(n)[1] >= lo and rsi(n) < lo and open_trades < max_open",
                ExitLong = "rsi(n) > hi",
                MaxOpen = 1000,
            },
            new() { ["lo"] = 40, ["hi"] = 60, ["max_open"] = 3 }
        },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Gives_the_same_bits_as_the_built_in_strategy(string name, StrategyDeclaration declaration, Dictionary<string, double> parameters)
    {
        Strategy builtIn = Strategies.Create(name, parameters), declared = DeclaredStrategy.Compile(declaration).Create(parameters);
        foreach (TradeDirection direction in builtIn.Info.Directions.Intersect(declared.Info.Directions))
        {
            BacktestSettings settings = new() { Direction = direction, Commission = 0.0006, Slippage = 0.0001, Exclusive = direction == TradeDirection.LongShort };

            BacktestResult expected = Backtest.Run(Market, builtIn, settings, cancellationToken: TestContext.Current.CancellationToken);
            BacktestResult actual = Backtest.Run(Market, declared, settings, cancellationToken: TestContext.Current.CancellationToken);

            Assert.True(expected.Trades.Count > 10, $"{expected.Trades.Count} trades");
            Assert.Equal(expected.Trades, actual.Trades);
            Assert.Equal(expected.Equity, actual.Equity);
            Assert.Equal(expected.Statistics, actual.Statistics);
            Assert.Equal(expected.FirstEvaluatedBar - EarlierBy(name), actual.FirstEvaluatedBar);
        }
    }

    // A channel before the bar is an indicator of its own to the built-in rule, which waits one bar more for it.
    private static int EarlierBy(string name) => name == "donchian" ? 1 : 0;

    /// <summary>The cases of the oracles whose strategy can be declared: V19 tells its rules in words.</summary>
    public static TheoryData<string> Cases => SharedFolder.Path is null
        ? [NoFolder]
        : [.. Enumerable.Range(1, 18).Select(number => $"V{number:00}")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gives_the_trades_of_the_built_in_strategy_on_the_data_of_the_oracles(string id)
    {
        if (id == NoFolder)
            Assert.Skip("The folder ../shared with the oracles is not there; set RUNNEL_SHARED to it.");
        string shared = SharedFolder.Path!;
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Directory.GetFiles(Path.Combine(shared, "oracles", "backtest"), $"{id}-*.json").Single()));
        JsonElement root = document.RootElement;
        DataFolder data = Data.Value;
        BacktestSettings settings = CaseSettings.Read(root);
        if (root.TryGetProperty("funding", out JsonElement funding))
            settings = settings with { Funding = data.Funding(funding.GetString()!) };
        Klines klines = CaseSettings.Klines(root, data);
        Strategy builtIn = CaseSettings.Strategy(root, root.GetProperty("params"));
        StrategyDeclaration declaration = Pairs.Select(row => row.Data).Single(pair => pair.Item1 == builtIn.Info.Name).Item2;

        BacktestResult expected = Backtest.Run(klines, builtIn, settings, cancellationToken: TestContext.Current.CancellationToken);
        BacktestResult actual = Backtest.Run(klines, DeclaredStrategy.Compile(declaration).Create(builtIn.Parameters), settings, cancellationToken: TestContext.Current.CancellationToken);

        Assert.NotEmpty(expected.Trades);
        Assert.Equal(expected.Trades, actual.Trades);
        Assert.Equal(expected.Equity, actual.Equity);
        Assert.Equal(expected.Statistics, actual.Statistics);
        Assert.Equal(expected.FirstEvaluatedBar - EarlierBy(builtIn.Info.Name), actual.FirstEvaluatedBar);
    }

    [Fact]
    public void Adds_trades_up_to_max_open_as_the_built_in_ladder_does()
    {
        StrategyInfo declared = DeclaredStrategy.Compile(new StrategyDeclaration
        {
            EntryLong = "rsi(14)[1] >= 40 and rsi(14) < 40",
            ExitLong = "rsi(14) > 60",
            MaxOpen = 4,
        });
        Strategy builtIn = Strategies.Create("dca_rsi", new Dictionary<string, double> { ["n"] = 14, ["lo"] = 40, ["hi"] = 60, ["max_open"] = 4 });
        BacktestSettings settings = new() { Size = OrderSize.Cash(1_000), Commission = 0.0005 };

        BacktestResult expected = Backtest.Run(Market, builtIn, settings, cancellationToken: TestContext.Current.CancellationToken);
        BacktestResult actual = Backtest.Run(Market, declared.Create(), settings, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains(expected.Trades.GroupBy(t => t.ExitBar), exit => exit.Count() > 1);
        Assert.Equal(expected.Trades, actual.Trades);
    }

    [Fact]
    public void Gives_a_grid_the_same_rows_as_the_built_in_strategy_with_any_number_of_threads()
    {
        StrategyInfo declared = DeclaredStrategy.Compile(new StrategyDeclaration
        {
            Parameters = new Dictionary<string, double> { ["fast"] = 10, ["slow"] = 30 },
            Require = "fast < slow",
            EntryLong = "cross_above(sma(close, fast), sma(close, slow))",
            ExitLong = "cross_below(sma(close, fast), sma(close, slow))",
        });
        ParameterAxis[] axes = [new("fast", [5, 10, 20]), new("slow", [10, 20, 40])];
        BacktestSettings settings = new() { Commission = 0.0006 };

        IReadOnlyList<Strategy> expected = ParameterGrid.Expand("sma_cross", axes), actual = ParameterGrid.Expand(declared, axes);

        Assert.Equal(expected.Select(s => (s.Parameters["fast"], s.Parameters["slow"])), actual.Select(s => (s.Parameters["fast"], s.Parameters["slow"])));
        IEnumerable<BacktestStatistics> rows = GridSearch.Run(Market, expected, settings, cancellationToken: TestContext.Current.CancellationToken).Select(r => r.Statistics);
        Assert.Equal(rows, GridSearch.Run(Market, actual, settings, 1, cancellationToken: TestContext.Current.CancellationToken).Select(r => r.Statistics));
        Assert.Equal(rows, GridSearch.Run(Market, actual, settings, 4, cancellationToken: TestContext.Current.CancellationToken).Select(r => r.Statistics));
    }

    [Fact]
    public void A_grid_drops_what_the_requirement_rules_out_but_not_what_is_out_of_range()
    {
        StrategyInfo declared = DeclaredStrategy.Compile(new StrategyDeclaration
        {
            Parameters = new Dictionary<string, double> { ["fast"] = 10, ["k"] = 2, ["n"] = 30 },
            Require = "fast < n",
            EntryLong = "close > sma(close, fast * k) or close > sma(close, n)",
        });

        BacktestInputException own = Assert.Throws<BacktestInputException>(() => ParameterGrid.Expand(declared, [new("n", [5, 5.5])]));
        BacktestInputException product = Assert.Throws<BacktestInputException>(() => ParameterGrid.Expand(declared, [new("fast", [5]), new("k", [0.5])]));
        IReadOnlyList<Strategy> left = ParameterGrid.Expand(declared, [new("fast", [5, 40]), new("n", [20])]);

        Assert.Equal("params.n", own.Field);
        Assert.Equal("entry.long", product.Field);
        Assert.Equal(5, Assert.Single(left).Parameters["fast"]);
        Assert.Contains("2.5 as the length of sma", product.Message, StringComparison.Ordinal);
    }
}
