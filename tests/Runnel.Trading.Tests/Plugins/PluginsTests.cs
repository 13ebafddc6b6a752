using Runnel.Backtesting;

namespace Runnel.Trading.Tests.Plugins;

public sealed class PluginsTests : IDisposable
{
    private static readonly Lock Once = new();
    private static StrategyInfo? loaded;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Makes_a_strategy_known_by_its_attributes_and_constructor()
    {
        StrategyInfo info = Loaded();

        Assert.Same(info, Strategies.Find("Volume Breakout"));
        Assert.Equal(["length", "factor", "width"], info.Parameters.Select(p => p.Name));
        Assert.Equal((20.0, 2.0, 1000.0, true), (info.Parameters[0].Default, info.Parameters[0].Minimum, info.Parameters[0].Maximum, info.Parameters[0].IsInteger));
        Assert.Equal("params.factor", Assert.Throws<BacktestInputException>(() => info.Create(new Dictionary<string, double> { ["factor"] = -1 })).Field);
    }

    [Fact]
    public void Is_found_by_a_payload_and_by_a_grid_and_runs_the_same_in_both()
    {
        Loaded();
        BacktestPlan plan = BacktestPlan.Of(System.Text.Json.JsonSerializer.SerializeToElement(new
        {
            backtest_id = "b",
            symbol = "BTCUSDT",
            interval = "1h",
            start_date = "2024-01-01",
            end_date = "2024-07-01",
            initial_capital = 10_000,
            strategy_config = new { name = "volume-breakout", @params = new { length = 10 } },
        }));
        Klines klines = Market();

        GridRow row = GridSearch.Run(klines, ParameterGrid.Expand("volume_breakout", [new("length", [10, 15])]), plan.Settings, 2, cancellationToken: TestContext.Current.CancellationToken)[0];
        BacktestResult result = Backtest.Run(klines, plan.Strategy, plan.Settings, cancellationToken: TestContext.Current.CancellationToken);

        Assert.NotEmpty(result.Trades);
        Assert.Equal(result.Statistics, row.Statistics);
    }

    [Fact]
    public void Says_that_a_folder_is_missing_or_holds_no_strategy()
    {
        Assert.Contains("there is none", Fails(folder.File("nowhere")).Message, StringComparison.Ordinal);
        Assert.Contains("holds no strategy", Fails(folder.Path).Message, StringComparison.Ordinal);

        File.Copy(typeof(IStrategy).Assembly.Location, folder.File("Runnel.Backtesting.dll"));
        Assert.Contains("holds no strategy", Fails(folder.Path).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_which_file_is_damaged()
    {
        byte[] whole = File.ReadAllBytes(SampleFile());
        File.WriteAllBytes(folder.File("Broken.dll"), whole[..(whole.Length / 3)]);

        Assert.Contains("Broken.dll", Fails(folder.Path).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_which_files_have_a_strategy_of_the_same_name_and_registers_neither()
    {
        File.Copy(SampleFile(), folder.File("First.dll"));
        File.Copy(SampleFile(), folder.File("Second.dll"));

        string message = Fails(folder.Path).Message;

        Assert.Contains("First.dll", message, StringComparison.Ordinal);
        Assert.Contains("Second.dll", message, StringComparison.Ordinal);
        Assert.Contains("'volume_breakout'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_name_that_is_taken()
    {
        Loaded();
        File.Copy(SampleFile(), folder.File("Again.dll"));

        Assert.Contains("a name that is taken", Fails(folder.Path).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_what_was_built_for_a_later_version()
    {
        byte[] image = File.ReadAllBytes(SampleFile());
        File.WriteAllBytes(folder.File("Later.dll"), AssemblyVersions.Raise(image, "Runnel.Backtesting"));

        Assert.Contains("was built for Runnel.Backtesting 9.", Fails(folder.Path).Message, StringComparison.Ordinal);
    }

    private static PluginException Fails(string path) => Assert.Throws<PluginException>(() => Trading.Plugins.Load(path));

    private static StrategyInfo Loaded()
    {
        lock (Once)
            return loaded ??= Trading.Plugins.Load(Path.GetDirectoryName(SampleFile())!).Single();
    }

    private static string SampleFile()
    {
        DirectoryInfo output = new(AppContext.BaseDirectory); // tests/…/bin/CONFIGURATION/net10.0
        string file = Path.Combine(TestKit.TestFolders.Repository, "samples", "StrategyPlugin", "bin", output.Parent!.Name, output.Name, "StrategyPlugin.dll");
        Assert.True(File.Exists(file), $"{file} is missing: build the solution.");
        return file;
    }

    private static Klines Market()
    {
        Random random = new(4);
        const int count = 3_000;
        double[] close = new double[count], volume = new double[count];
        for (int i = 0; i < count; i++)
            (close[i], volume[i]) = ((i == 0 ? 100 : close[i - 1]) * (0.99 + 0.0202 * random.NextDouble()), random.Next(1, 100));
        double[] open = [close[0], .. close[..^1]];
        return new Klines("TEST", [.. Enumerable.Range(0, count).Select(i => i * 3_600_000L)], open, [.. open.Zip(close, Math.Max)], [.. open.Zip(close, Math.Min)], close, volume);
    }
}
