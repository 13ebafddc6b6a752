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
