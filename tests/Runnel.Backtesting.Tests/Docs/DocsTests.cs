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

    private static string Read(string path)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Runnel.slnx")))
            folder = folder.Parent;
        Assert.SkipWhen(folder is null, "The tests do not run inside the repository.");
        return File.ReadAllText(Path.Combine(folder.FullName, path)).ReplaceLineEndings("\n");
    }
}
