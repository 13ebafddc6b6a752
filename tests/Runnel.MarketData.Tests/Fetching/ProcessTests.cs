using Runnel.Backtesting;
using Runnel.MarketData.Tests.Bybit;
using Runnel.MarketData.Tests.Store;

namespace Runnel.MarketData.Tests.Fetching;

public sealed class ProcessTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Processes_that_write_one_month_at_once_lose_nothing_of_each_other()
    {
        const int Writers = 4;
        string path = folder.File("store");
        FetchingProcess[] processes = [.. Enumerable.Range(0, Writers).Select(i => FetchingProcess.StartWriter(path, i, Writers))];
        foreach (FetchingProcess process in processes)
            Assert.Equal("ready", await process.ReadLineAsync(Token));

        foreach (FetchingProcess process in processes)
            await process.GoAsync();
        foreach (FetchingProcess process in processes)
            Assert.Equal(0, await process.ExitAsync(Token));

        TimeRange day = Series.Range("2024-01-01", "2024-01-02");
        KlineStore store = new(path);
        Series.Same(Series.Every(day, KlineInterval.OneMinute), await store.ReadAsync(Series.Minutes, day, Token));
        Assert.Equal([day], (await store.FindAsync(Series.Minutes, Token))!.Covered);
        Assert.Empty(await store.VerifyAsync(Series.Minutes, Token));
        Assert.Empty(Directory.GetFiles(path, "*.part", SearchOption.AllDirectories));
        foreach (FetchingProcess process in processes)
            process.Dispose();
    }

    [Fact]
    public async Task An_import_killed_within_its_renames_leaves_every_month_old_or_new_and_doing_it_again_completes_it()
    {
        const int Wanted = 5, Most = 60, Months = 36;
        string path = folder.File("store");
        KlineStore store = new(path), whole = new(folder.File("whole"));
        Klines old = FetchingProcess.ImportedHours(100), imported = FetchingProcess.ImportedHours(500);
        await whole.WriteAsync(FetchingProcess.ImportedSeries, FetchingProcess.Imported, imported, "import", Token);
        int within = 0;
        for (int attempt = 0; within < Wanted; attempt++)
        {
            Assert.True(attempt < Most, $"Of {Most} processes only {within} died within the renames.");
            await store.WriteAsync(FetchingProcess.ImportedSeries, FetchingProcess.Imported, old, "import", Token);
            using FetchingProcess process = FetchingProcess.StartDyingImport(path, attempt % (Months / 2));
            Assert.NotEqual(0, await process.ExitAsync(Token));

            Assert.Empty(await store.VerifyAsync(FetchingProcess.ImportedSeries, Token));
            Klines stored = (await store.ReadAsync(FetchingProcess.ImportedSeries, FetchingProcess.Imported, Token))!;
            bool[] renamed = [.. Enumerable.Range(0, stored.Count).Select(i => stored.Close[i] == imported.Close[i])];
            Assert.All(Enumerable.Range(0, stored.Count), i => Assert.Equal(renamed[i] ? imported.Close[i] : old.Close[i], stored.Close[i]));
            Assert.Single(Enumerable.Range(0, stored.Count).GroupBy(i => (MonthOf(stored, i), renamed[i])).GroupBy(g => g.Key.Item1).Select(g => g.Count()).Distinct());
            within += renamed.Contains(false) ? 1 : 0;
        }

        await store.WriteAsync(FetchingProcess.ImportedSeries, FetchingProcess.Imported, imported, "import", Token);
        Assert.Equal(Files(folder.File("whole")), Files(path));
        Assert.Empty(Directory.GetFiles(path, "*.part", SearchOption.AllDirectories));

        static (int, int) MonthOf(Klines bars, int i) => (DateTimeOffset.FromUnixTimeMilliseconds(bars.OpenTimes[i]).Year, DateTimeOffset.FromUnixTimeMilliseconds(bars.OpenTimes[i]).Month);
    }

    [Fact]
    public async Task A_fetch_of_funding_that_is_killed_goes_on_and_ends_with_the_same_bytes_as_one_that_was_left_alone()
    {
        await using StandInExchange exchange = await StandInExchange.StartAsync();
        exchange.Add("linear", "D", Series.Every(Series.Range("2022-01-01", "2024-01-01"), KlineInterval.OneDay));
        exchange.Funding = ("AAAUSDT", Funding.Payments.Every(1, "2022-01-01", "2024-01-01"));
        string disturbed = folder.File("disturbed"), quiet = folder.File("quiet");
        FundingStore store = new(disturbed);
        Random random = new(7);
        int died = 0;
        for (bool ended = false; !ended;)
        {
            using FetchingProcess process = FetchingProcess.StartFunding(exchange.Address, disturbed, "2020-01-01", "2024-01-01");
            for (int lines = random.Next(1, 4); lines > 0 && await process.ReadLineAsync(Token) is not null; lines--)
                continue;
            ended = !await process.KillAfterAsync(TimeSpan.FromMilliseconds(random.Next(0, 20)), Token);
            died += ended ? 0 : 1;
            Assert.Empty(await store.VerifyAsync(Funding.Payments.Series, Token));
        }

        using FetchingProcess whole = FetchingProcess.StartFunding(exchange.Address, quiet, "2020-01-01", "2024-01-01");
        while (await whole.ReadLineAsync(Token) is not null)
            continue;

        Assert.Equal(0, await whole.ExitAsync(Token));
        Assert.True(died >= 3, $"Only {died} processes died.");
        Assert.Equal(Files(quiet), Files(disturbed));
        Funding.Payments.Same(exchange.Funding.Value.Rates, await store.ReadAsync(Funding.Payments.Series, new TimeRange(0, long.MaxValue), Token));
    }

    [Fact]
    public async Task A_fetch_killed_a_hundred_times_leaves_files_that_verify_and_in_the_end_the_same_bytes_as_one_that_was_left_alone()
    {
        const int Kills = 100;
        TimeRange range = Series.Range("2024-01-28", "2024-03-04");
        await using StandInExchange exchange = await StandInExchange.StartAsync();
        Klines bars = Series.At(Series.Every(range, KlineInterval.OneMinute).OpenTimes.ToArray().Where(t => t / 60_000 % 977 > 2));
        exchange.Add("linear", "1", bars);
        exchange.Add("linear", "D", Series.Every(range, KlineInterval.OneDay));
        string disturbed = folder.File("disturbed"), quiet = folder.File("quiet");
        KlineStore store = new(disturbed);
        Random random = new(20240128);
        for (int died = 0; died < Kills;)
        {
            using FetchingProcess process = Fetch(exchange, disturbed);
            for (int lines = random.Next(0, 4); lines > 0 && await process.ReadLineAsync(Token) is not null; lines--)
            {
            }

            if (await process.KillAfterAsync(TimeSpan.FromMilliseconds(random.Next(0, 60)), Token))
                died++;
            else
                Directory.Delete(disturbed, recursive: true); // it was done: anew

            Assert.Empty(await store.VerifyAsync(Series.Minutes, Token));
        }

        using FetchingProcess last = Fetch(exchange, disturbed), alone = Fetch(exchange, quiet);
        Assert.Equal((0, 0), (await last.ExitAsync(Token), await alone.ExitAsync(Token)));
        Assert.Empty(await store.VerifyAsync(Series.Minutes, Token));
        Assert.Equal(Files(quiet), Files(disturbed));
        Series.Same(bars.Between(range.From, Series.Range("2024-03-03", "2024-03-04").From), await store.ReadAsync(Series.Minutes, range, Token));
    }

    private static FetchingProcess Fetch(StandInExchange exchange, string folder) => FetchingProcess.StartFetch(exchange.Address, folder, "2024-01-01", "2024-03-03");

    private static List<(string, string)> Files(string folder) => [.. Directory.GetFiles(folder, "*.parquet", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(f => (Path.GetRelativePath(folder, f), Convert.ToHexString(File.ReadAllBytes(f))))];
}
