using Runnel.MarketData;

namespace Runnel.Cli.Demo;

/// <summary>Which klines the demo runs on, and the settings that make its workers use just those.</summary>
/// <param name="Origin">In words, for the user.</param>
/// <param name="From">First bar opens at or after.</param>
/// <param name="To">Last bar opens before.</param>
/// <param name="Settings">Environment of the worker processes.</param>
internal sealed record DemoKlines(string Origin, DateTimeOffset From, DateTimeOffset To, IReadOnlyDictionary<string, string> Settings)
{
    public const string Symbol = "BTCUSDT";
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Span = TimeSpan.FromDays(2 * 365);

    public static KlineInterval Interval => KlineInterval.OneHour;

    /// <summary>The file if one is given, else Bybit if it answers within three seconds, else the synthetic market.</summary>
    /// <exception cref="MarketDataException">The file cannot be read or holds something else.</exception>
    public static async Task<DemoKlines> ChooseAsync(string? file, TimeProvider time, CancellationToken cancellationToken)
    {
        if (file is not null)
            return await OfFileAsync(file, cancellationToken);
        using BybitClient bybit = new(new BybitOptions(), time);
        BybitReachability found = await bybit.CheckAsync(LongestWait, cancellationToken);
        if (found.IsReachable)
        {
            DateTimeOffset end = new(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
            return new DemoKlines("Bybit's public API", end - Span, end, Sources(bybit: true, synthetic: false));
        }

        Console.Out.WriteLine($"Bybit: {found.Reason}");
        DateTimeOffset begin = new(2023, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return new DemoKlines("the synthetic market, which is invented; give real ones with --klines FILE",
            begin, begin + Span, Sources(bybit: false, synthetic: true));
    }

    private static async Task<DemoKlines> OfFileAsync(string file, CancellationToken cancellationToken)
    {
        string path = Path.GetFullPath(file);
        if (!File.Exists(path))
            throw new RunnelException($"--klines is '{file}', and there is no such file. Give a CSV or CSV.gz file of {Symbol} {Interval} klines.");
        KlineRequest everything = new()
        {
            Symbol = Symbol,
            Interval = Interval,
            From = DateTimeOffset.UnixEpoch,
            To = new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero),
        };
        KlineData data = await new CsvFileSource(path, new KlineCache(0)).LoadAsync(everything, cancellationToken);
        long last = Interval.Add(data.Klines.OpenTimes[^1], 1);
        Dictionary<string, string> settings = new(Sources(bybit: false, synthetic: false)) { ["Runnel__Trading__KlinesFile"] = path };
        return new DemoKlines(data.Source, DateTimeOffset.FromUnixTimeMilliseconds(data.Klines.OpenTimes[0]), DateTimeOffset.FromUnixTimeMilliseconds(last), settings);
    }

    private static Dictionary<string, string> Sources(bool bybit, bool synthetic) => new()
    {
        ["Runnel__Trading__AllowBybit"] = bybit ? "true" : "false",
        ["Runnel__Trading__AllowSynthetic"] = synthetic ? "true" : "false",
    };
}
