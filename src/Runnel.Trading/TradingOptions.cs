using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Where backtests get klines and keep records. Bound from "Runnel:Trading", checked at start.</summary>
/// <remarks>Klines are looked for in <see cref="KlinesFile"/>, then <see cref="KlinesFolder"/>, then in the store, then at Bybit, then in the synthetic market,
/// each only if set or allowed; the first that has any bar of the range serves it alone, the store only if it has all of it.</remarks>
public sealed record TradingOptions
{
    /// <summary>Folder of the records and of klines. Default: the environment variable RUNNEL_DATA_DIR, else <c>runnel</c> in the
    /// system's place for a user's data (<c>~/.local/share</c>, <c>~/Library/Application Support</c>, <c>%LOCALAPPDATA%</c>).</summary>
    public string DataFolder { get; set; } = Environment.GetEnvironmentVariable("RUNNEL_DATA_DIR") is { Length: > 0 } folder ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "runnel");

    /// <summary>SQLite file of the records. Default: <c>records.db</c> in <see cref="DataFolder"/>.</summary>
    public string? RecordsFile { get; set; }

    /// <summary>A CSV(.gz) file of klines. Default: none.</summary>
    public string? KlinesFile { get; set; }

    /// <summary>A folder of such files, named as <see cref="KlineFileName"/> says. Default: <c>klines</c> in <see cref="DataFolder"/>, if it exists.</summary>
    public string? KlinesFolder { get; set; }

    /// <summary>Folder of the store that data_fetch fills. Workers that share it share their klines. Default: <c>store</c> in <see cref="DataFolder"/>.</summary>
    public string? StoreFolder { get; set; }

    /// <summary>Whether the exchange is asked for what is not there: backtests submit a data_fetch and go on when it is done. Default: true.</summary>
    public bool AllowBybit { get; set; } = true;

    /// <summary>How the exchange is asked.</summary>
    public BybitOptions Bybit { get; set; } = new();

    /// <summary>Whether invented klines may be used as a last resort; results say so. Default: false.</summary>
    public bool AllowSynthetic { get; set; }

    /// <summary>Picks the invented market. Default: 7.</summary>
    public long SyntheticSeed { get; set; } = 7;

    /// <summary>Most bytes of klines that this process keeps in memory between tasks. Default: 256 MiB.</summary>
    public long CacheBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Silence of a running backtest after which another task may take it over, in seconds. Default: 300.</summary>
    public int StaleSeconds { get; set; } = 300;

    /// <summary>Time between two signs of life of a running backtest. Default: 5 seconds.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(5);

    internal string RecordsPath => RecordsFile is { Length: > 0 } ? RecordsFile : Path.Combine(DataFolder, "records.db");

    /// <summary>Where the store is.</summary>
    public string StorePath => StoreFolder is { Length: > 0 } ? StoreFolder : Path.Combine(DataFolder, "store");

    internal string KlinesFolderPath => KlinesFolder is { Length: > 0 } ? KlinesFolder : Path.Combine(DataFolder, "klines");
}
