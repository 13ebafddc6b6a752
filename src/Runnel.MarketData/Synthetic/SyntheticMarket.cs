using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>An invented market for demos and tests without a network: minutes since 2020-01-01 with trends, ranges, clusters of volatility
/// and jumps, aggregated to the interval asked for. Everything it gives is marked as synthetic.</summary>
/// <remarks>One seed is one world: every range and every interval of a symbol is a window on the same prices, so 1h bars are exactly the
/// aggregated 1m bars. Deterministic to the bit on every platform: its own generator, and of floating point only +, -, *, / and square root,
/// which IEEE 754 rounds in one way. Making a range costs the minutes from 2020 to its end, some 30 ns each.</remarks>
/// <param name="seed">Picks the world.</param>
/// <param name="cache">Keeps what was made for the next request.</param>
public sealed class SyntheticMarket(long seed, KlineCache cache) : IKlineSource
{
    private static readonly DateTimeOffset Beginning = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Ending = new(2040, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, double> FirstPrices = new()
    {
        ["BTCUSDT"] = 7_200,
        ["ETHUSDT"] = 130,
        ["SOLUSDT"] = 3,
        ["XRPUSDT"] = 0.19,
        ["DOGEUSDT"] = 0.05,
        ["ADAUSDT"] = 0.35,
    };

    /// <summary>The symbols it invents prices for, in alphabetical order.</summary>
    public static IReadOnlyList<string> Symbols { get; } = [.. FirstPrices.Keys.Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public string Name => $"synthetic market (seed {seed})";

    /// <inheritdoc/>
    public Task<KlineData> LoadAsync(KlineRequest request, CancellationToken cancellationToken)
    {
        request.RequireTraded(Name);
        if (!FirstPrices.TryGetValue(request.Symbol, out double firstPrice))
            throw new KlinesNotFoundException($"The {Name} does not invent {request.Symbol}; it has {string.Join(", ", Symbols)}.");

        long from = request.Interval.Ceiling(Math.Max(request.From.ToUnixTimeMilliseconds(), Beginning.ToUnixTimeMilliseconds()));
        long to = Math.Min(request.To.ToUnixTimeMilliseconds(), Ending.ToUnixTimeMilliseconds());
        if (from >= to)
        {
            throw new KlinesNotFoundException($"The {Name} has no {request.Interval} bar that opens from {KlineRange.Moment(request.From.ToUnixTimeMilliseconds())} to "
                + $"{KlineRange.Moment(request.To.ToUnixTimeMilliseconds())} UTC; it runs from {Beginning:yyyy-MM-dd} to {Ending:yyyy-MM-dd}.", KlinesMissing.Range);
        }

        string key = $"synthetic|{seed}|{request.Symbol}|{request.Interval}|{from}|{to}";
        Klines klines = cache.GetOrLoad(key, () => Make(request.Symbol, firstPrice, request.Interval, from, to));
        return Task.FromResult(new KlineData { Klines = klines, Interval = request.Interval, Source = Name, IsSynthetic = true });
    }

    private Klines Make(string symbol, double firstPrice, KlineInterval interval, long from, long to)
    {
        SyntheticMinutes minutes = new(SeedOf(symbol), firstPrice, Beginning.ToUnixTimeMilliseconds());
        while (minutes.NextTime < from)
            minutes.Move();

        KlineColumns bars = new();
        Span<double> row = stackalloc double[5];
        for (long time = from; time < to;)
        {
            long end = interval.Add(time, 1);
            row.Clear();
            for (bool first = true; minutes.NextTime < end; first = false)
            {
                minutes.Move();
                row[0] = first ? minutes.Open : row[0];
                row[1] = first ? minutes.High : Math.Max(row[1], minutes.High);
                row[2] = first ? minutes.Low : Math.Min(row[2], minutes.Low);
                row[3] = minutes.Close;
                row[4] += minutes.Volume;
            }

            bars.Add(time, row);
            time = end;
        }

        return bars.ToKlines(symbol);
    }

    // FNV-1a: string.GetHashCode differs from process to process.
    private ulong SeedOf(string symbol)
    {
        ulong hash = 14_695_981_039_346_656_037;
        foreach (char letter in symbol)
            hash = (hash ^ letter) * 1_099_511_628_211;
        return hash ^ ((ulong)seed * 0x9e3779b97f4a7c15);
    }
}
