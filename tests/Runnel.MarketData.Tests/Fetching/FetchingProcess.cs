using System.Diagnostics;
using System.Globalization;
using Runnel.MarketData.Tests.Bybit;
using Runnel.MarketData.Tests.Store;

namespace Runnel.MarketData.Tests.Fetching;

/// <summary>A real second process that fetches or writes: this test program started again with a role in its environment.</summary>
internal sealed class FetchingProcess : IDisposable
{
    public const string Role = "RUNNEL_TEST_ROLE";
    private readonly Process process;

    private FetchingProcess(Process process) => this.process = process;

    /// <summary>Fetches AAAUSDT 1m linear; prints a line after each part that is stored, and ends.</summary>
    public static FetchingProcess StartFetch(Uri exchange, string folder, string from, string to) => Start("fetch", exchange.ToString(), folder, from, to);

    /// <summary>Fetches the funding of AAAUSDT linear; prints a line after each month that is stored, and ends.</summary>
    public static FetchingProcess StartFunding(Uri exchange, string folder, string from, string to) => Start("funding", exchange.ToString(), folder, from, to);

    /// <summary>Writes every hour of a day whose number is its own modulo the number of writers, when told to go.</summary>
    public static FetchingProcess StartWriter(string folder, int number, int writers) =>
        Start("write", folder, number.ToString(CultureInfo.InvariantCulture), writers.ToString(CultureInfo.InvariantCulture));

    /// <summary>Writes <see cref="ImportedHours"/> over what is stored, and kills itself (SIGKILL) as soon as a month's file was renamed into its place.</summary>
    public static FetchingProcess StartDyingImport(string folder, int month) => Start("die", folder, month.ToString(CultureInfo.InvariantCulture));

    /// <summary>Three years of hours: 36 files that are renamed together.</summary>
    public static TimeRange Imported { get; } = Series.Range("2021-01-01", "2024-01-01");

    public static KlineSeries ImportedSeries { get; } = new(KlineCategory.Linear, "AAAUSDT", KlineInterval.OneHour);

    public static Runnel.Backtesting.Klines ImportedHours(double basis) => Series.Every(Imported, KlineInterval.OneHour, basis);

    public Task<string?> ReadLineAsync(CancellationToken cancellationToken) => process.StandardOutput.ReadLineAsync(cancellationToken).AsTask();

    public Task GoAsync() => process.StandardInput.WriteLineAsync("go");

    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    /// <summary>Kills it (SIGKILL) at a moment that nothing in it decides.</summary>
    /// <returns>False where it had ended by itself before.</returns>
    public async Task<bool> KillAfterAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        await Task.WhenAny(process.WaitForExitAsync(cancellationToken), Task.Delay(wait, TimeProvider.System, cancellationToken));
        process.Kill();
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode != 0;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    private static FetchingProcess Start(params string[] role)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Runnel.MarketData.Tests" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        ProcessStartInfo start = new(program) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[Role] = string.Join('|', role);
        return new FetchingProcess(Process.Start(start)!);
    }

    /// <summary>What the process does.</summary>
    public static Task PlayAsync(string[] role) => role[0] switch
    {
        "fetch" => FetchAsync(role),
        "funding" => FetchFundingAsync(role),
        "die" => DieAsync(role),
        _ => WriteAsync(role),
    };

    private static async Task FetchFundingAsync(string[] role)
    {
        using BybitClient client = new(StandInExchange.Impatient(new Uri(role[1])));
        FundingRequest request = new(new FundingSeries(KlineCategory.Linear, "AAAUSDT"), Requests.Time(role[3]), Requests.Time(role[4]));
        await new FundingFetcher(client, new FundingStore(role[2])).FetchAsync(request, refresh: false, p =>
        {
            Console.WriteLine(p.Fraction.ToString(CultureInfo.InvariantCulture));
            return Task.CompletedTask;
        }, CancellationToken.None);
    }

    private static async Task DieAsync(string[] role)
    {
        string months = Path.Combine(role[1], "linear", "AAAUSDT", "60");
        int month = int.Parse(role[2], CultureInfo.InvariantCulture);
        string last = Path.Combine(months, "2023-12.parquet.part");
        string watched = Path.Combine(months, string.Create(CultureInfo.InvariantCulture, $"{2021 + (month / 12)}-{(month % 12) + 1:00}.parquet.part"));
        using Process self = Process.GetCurrentProcess();
        Thread killer = new(() =>
        {
            while (!File.Exists(last))
                Thread.Yield(); // all are staged once the last is
            while (File.Exists(watched))
                continue;
            self.Kill();
        });
        killer.Start();
        await new KlineStore(role[1]).WriteAsync(ImportedSeries, Imported, ImportedHours(500), "import", CancellationToken.None);
        killer.Join();
    }

    private static async Task FetchAsync(string[] role)
    {
        using BybitClient client = new(StandInExchange.Impatient(new Uri(role[1])));
        await new KlineFetcher(client, new KlineStore(role[2])).FetchAsync(Requests.Of("AAAUSDT", "1m", role[3], role[4]), refresh: false, p =>
        {
            Console.WriteLine(p.Fraction.ToString(CultureInfo.InvariantCulture));
            return Task.CompletedTask;
        }, CancellationToken.None);
    }

    private static async Task WriteAsync(string[] role)
    {
        KlineStore store = new(role[1]);
        int number = int.Parse(role[2], CultureInfo.InvariantCulture), writers = int.Parse(role[3], CultureInfo.InvariantCulture);
        Console.WriteLine("ready");
        Console.ReadLine();
        long day = Series.Range("2024-01-01", "2024-01-02").From;
        for (int hour = number; hour < 24; hour += writers)
        {
            TimeRange range = new(day + (hour * 3_600_000L), day + ((hour + 1) * 3_600_000L));
            await store.WriteAsync(Series.Minutes, range, Series.Every(range, KlineInterval.OneMinute), "bybit", CancellationToken.None);
        }
    }
}
