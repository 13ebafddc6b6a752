using Runnel.Backtesting;

namespace Runnel.MarketData;

/// <summary>Bars in memory, shared by all that load in this process: bounded by bytes, the least recently used out first. A series that is
/// being loaded is loaded once, however many ask for it. Safe for any number of threads.</summary>
/// <param name="maxBytes">Most bytes to keep; a series larger than that is handed out but not kept. Default: 256 MiB, some 5.6 million bars.</param>
public sealed class KlineCache(long maxBytes = 256L * 1024 * 1024)
{
    private const int BytesPerBar = 6 * sizeof(double);
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> entries = [];
    private readonly LinkedList<Entry> byUse = new(); // most recently used first
    private long bytes;

    /// <summary>Bytes of the series kept now.</summary>
    public long Bytes
    {
        get
        {
            lock (gate)
                return bytes;
        }
    }

    /// <summary>The series kept under a key, or null.</summary>
    internal Klines? Find(string key)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(key, out LinkedListNode<Entry>? node) || node.Value.Bytes == 0)
                return null;
            byUse.Remove(node);
            byUse.AddFirst(node);
            return node.Value.Loaded.Value.GetAwaiter().GetResult(); // accounted for, so loaded
        }
    }

    /// <summary>The series kept under a key, or the one that <paramref name="load"/> gives, which is kept from then on.</summary>
    internal Klines GetOrLoad(string key, Func<Klines> load)
    {
        Entry entry = Take(key, new Lazy<Task<Klines>>(() => Task.FromResult(load())));
        try
        {
            Klines klines = entry.Loaded.Value.GetAwaiter().GetResult(); // done already: who came first has loaded it in Value
            Account(entry, klines);
            return klines;
        }
        catch
        {
            Forget(entry); // the next one who asks tries again: the file may have been mended
            throw;
        }
    }

    /// <summary>The same for what is loaded asynchronously. Others may wait for the same loading, so cancelling ends the wait only. A key is loaded in one
    /// of both ways, always.</summary>
    internal async Task<Klines> GetOrLoadAsync(string key, Func<Task<Klines>> load, CancellationToken cancellationToken)
    {
        Entry entry = Take(key, new Lazy<Task<Klines>>(load));
        try
        {
            Klines klines = await entry.Loaded.Value.WaitAsync(cancellationToken);
            Account(entry, klines);
            return klines;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Forget(entry);
            throw;
        }
    }

    private Entry Take(string key, Lazy<Task<Klines>> load)
    {
        lock (gate)
        {
            if (entries.TryGetValue(key, out LinkedListNode<Entry>? node))
            {
                byUse.Remove(node);
                byUse.AddFirst(node);
            }
            else
            {
                node = byUse.AddFirst(new Entry(key, load));
                entries.Add(key, node);
            }

            return node.Value;
        }
    }

    private void Account(Entry entry, Klines klines)
    {
        lock (gate)
        {
            if (entry.Bytes != 0 || !entries.TryGetValue(entry.Key, out LinkedListNode<Entry>? node) || node.Value != entry)
                return;
            entry.Bytes = Math.Max(1, (long)klines.Count * BytesPerBar);
            bytes += entry.Bytes;
            LinkedListNode<Entry>? oldest = byUse.Last;
            while (bytes > maxBytes && oldest is not null)
            {
                LinkedListNode<Entry>? newer = oldest.Previous;
                if (oldest.Value.Bytes != 0)
                    Remove(oldest);
                oldest = newer;
            }
        }
    }

    private void Forget(Entry entry)
    {
        lock (gate)
        {
            if (entries.TryGetValue(entry.Key, out LinkedListNode<Entry>? node) && node.Value == entry)
                Remove(node);
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        bytes -= node.Value.Bytes;
        entries.Remove(node.Value.Key);
        byUse.Remove(node);
    }

    private sealed class Entry(string key, Lazy<Task<Klines>> loaded)
    {
        public string Key { get; } = key;

        public Lazy<Task<Klines>> Loaded { get; } = loaded;

        public long Bytes { get; set; } // 0: not accounted for yet
    }
}
