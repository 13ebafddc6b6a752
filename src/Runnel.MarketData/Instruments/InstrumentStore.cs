using System.Text.Json;

namespace Runnel.MarketData;

/// <summary>What the exchange says of instruments, on disk beside the klines: <c>FOLDER/CATEGORY/SYMBOL/instrument.json</c>. Kept until it is fetched anew, so
/// that a backtest that rounds by it gives the same result tomorrow. Safe for any number of processes.</summary>
/// <param name="folder">That of the klines.</param>
/// <param name="time">The clock of the fetch and of waits for a lock. Default: the system's.</param>
public sealed class InstrumentStore(string folder, TimeProvider? time = null)
{
    private const string FileName = "instrument.json";
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };
    private readonly TimeProvider clock = time ?? TimeProvider.System;

    /// <summary>Where it is.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>What is stored of an instrument.</summary>
    /// <returns>Null where nothing is.</returns>
    /// <exception cref="MarketDataException">The symbol cannot be a folder's name, or the file is damaged.</exception>
    public async Task<StoredInstrument?> FindAsync(KlineCategory category, string symbol, CancellationToken cancellationToken)
    {
        string path = Path.Combine(FolderOf(category, symbol), FileName);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return JsonSerializer.Deserialize<StoredInstrument>(await AtomicFile.ReadAsync(path), Json) is { Instrument: { TickSize: > 0, QuantityStep: > 0 } } stored
                ? stored
                : throw new JsonException("it holds no instrument");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new MarketDataException($"{path} is damaged: {e.Message} Fetch it again: runnel data instruments {symbol} --category {Word(category)} --refresh", e);
        }
    }

    /// <summary>Asks the exchange and stores the answer.</summary>
    /// <exception cref="InstrumentNotFoundException">The exchange lists no such symbol.</exception>
    /// <exception cref="BybitException">It refused, or could not be reached after the retries.</exception>
    /// <exception cref="MarketDataException">The disk is full or read-only.</exception>
    public async Task<StoredInstrument> FetchAsync(BybitClient client, KlineCategory category, string symbol, CancellationToken cancellationToken)
    {
        string into = FolderOf(category, symbol);
        BybitInstrument instrument = await client.GetInstrumentAsync(category, symbol.ToUpperInvariant(), cancellationToken)
            ?? throw new InstrumentNotFoundException($"The exchange lists no {symbol} as {Word(category)}. Check symbol and category.");
        StoredInstrument stored = new(instrument, clock.GetUtcNow());
        string locks = Path.Combine(Folder, ".locks"), path = Path.Combine(into, FileName);
        try
        {
            Directory.CreateDirectory(locks);
            using SeriesLock held = await SeriesLock.TakeAsync(Path.Combine(locks, $"{Word(category)}-{instrument.Symbol}-instrument.write"), clock, cancellationToken);
            AtomicFile.Prepare(into);
            AtomicFile.Stage(path, JsonSerializer.SerializeToUtf8Bytes(stored, Json));
            AtomicFile.Publish(into, [path]);
            return stored;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new MarketDataException($"{path} could not be written: {e.Message} Check Runnel:Trading:StoreFolder (or RUNNEL_DATA_DIR), its permissions and its disk.", e);
        }
    }

    private string FolderOf(KlineCategory category, string symbol) => Path.Combine(Folder, Word(category), StoreFolders.RequireSymbol(symbol));

    private static string Word(KlineCategory category) => category.ToString().ToLowerInvariant();
}
