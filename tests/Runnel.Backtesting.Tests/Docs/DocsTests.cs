using System.Reflection;

namespace Runnel.Backtesting.Tests;

public sealed class DocsTests
{
    [Fact]
    public void Lists_every_strategy_and_parameter_as_it_is()
    {
        string text = Read("docs/backtesting/strategies.md");

        foreach (StrategyInfo info in Strategies.All)
        {
            Assert.Contains($"## {info.Title}: `{info.Name}`\n\n{info.Summary}\n", text, StringComparison.Ordinal);
            foreach (StrategyParameter p in info.Parameters)
            {
                string required = p.IsRequired ? ", required once any parameter is given" : "", whole = p.IsInteger ? ", whole" : "";
                Assert.Contains($"| `{p.Name}` | {p.Default}{required} | {p.Minimum} to {p.Maximum}{whole} | {p.Description} |", text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Lists_every_indicator()
    {
        string text = Read("docs/backtesting/indicators.md");

        IEnumerable<Type> indicators = typeof(Sma).Assembly.GetExportedTypes().Where(
            type => type.GetMethod("Next") is not null && type.GetMethod("Compute", BindingFlags.Public | BindingFlags.Static) is not null);

        Assert.All(indicators, type => Assert.Contains($"`{type.Name}`", text, StringComparison.Ordinal));
        Assert.True(indicators.Count() > 25);
    }

    [Fact]
    public void Lists_every_word_of_declared_strategies()
    {
        string text = Read("docs/backtesting/declared-strategies.md");

        Assert.All(DeclaredStrategy.Vocabulary, word => Assert.Contains($"| `{word.Signature}` | {word.Summary} |", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Shows_a_strategy_that_compiles_and_trades()
    {
        string source = Read("tests/Runnel.Backtesting.Tests/Docs/Breakout.cs");

        BacktestResult result = Backtest.Run(RandomMarket.Create(bars: 2000, seed: 4), new Breakout(), new BacktestSettings { Commission = 0.0006 },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains(source[source.IndexOf("public sealed class", StringComparison.Ordinal)..], Read("docs/backtesting/custom-strategies.md"), StringComparison.Ordinal);
        Assert.Contains(result.Trades, trade => trade.Reason == ExitReason.TrailingStop);
    }

    [Fact]
    public void Shows_a_strategy_on_two_intervals_that_compiles_and_does_what_the_declared_one_does()
    {
        string source = Read("tests/Runnel.Backtesting.Tests/Docs/TrendFilter.cs");
        StrategyInfo declared = DeclaredStrategy.Compile(new StrategyDeclaration
        {
            EntryLong = "flat and rsi(14) < 30 and close > interval(\"4h\", ema(close, 20))",
            ExitLong = "rsi(14) > 60",
        });
        Klines market = RandomMarket.Create(bars: 20_000, seed: 4);

        BacktestResult result = Backtest.Run(market, new TrendFilter(), new BacktestSettings(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains(source[source.IndexOf("public sealed class", StringComparison.Ordinal)..], Read("docs/backtesting/custom-strategies.md"), StringComparison.Ordinal);
        Assert.True(result.Trades.Count > 10, $"{result.Trades.Count} trades");
        Assert.Equal(Backtest.Run(market, declared.Create(), new BacktestSettings(), cancellationToken: TestContext.Current.CancellationToken).Trades, result.Trades);
    }

    private static string Read(string path)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Runnel.slnx")))
            folder = folder.Parent;
        Assert.SkipWhen(folder is null, "The tests do not run inside the repository.");
        return File.ReadAllText(Path.Combine(folder.FullName, path)).ReplaceLineEndings("\n");
    }
}
