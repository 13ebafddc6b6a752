using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>The runners of this process's optimizations, one for each stretch of klines and broker, so that a later optimization of the same klines finds its
/// indicators worked out. Those that were not used for longest go when together they hold too much. Safe from several threads.</summary>
internal sealed class TrialRunners(long mostBytes = TrialRunners.UsualBytes)
{
    private const long UsualBytes = 192L << 20;
    private const int Most = 8; // runners without indicators hold bytes too: their klines
    private readonly Lock gate = new();
    private readonly LinkedList<Entry> kept = new(); // most recently used first

    /// <summary>Number of runners that are kept.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return kept.Count;
        }
    }

    /// <summary>A runner for as long as the lease is held.</summary>
    /// <param name="fingerprint">Of the whole klines.</param>
    /// <param name="klines">The whole klines.</param>
    /// <param name="first">The first bar of the stretch.</param>
    /// <param name="count">Its bars.</param>
    /// <param name="settings">Account and broker.</param>
    /// <exception cref="BacktestInputException">There are no bars, or a setting makes no sense.</exception>
    public Lease Rent(string fingerprint, Klines klines, int first, int count, BacktestSettings settings)
    {
        Key key = new(fingerprint, first, count, settings);
        lock (gate)
        {
            LinkedListNode<Entry>? node = kept.First;
            while (node is not null && node.Value.Key != key)
                node = node.Next;
            if (node is null)
                node = new LinkedListNode<Entry>(new Entry(key, new TrialRunner(count == klines.Count ? klines : klines.Slice(first, count), settings, mostBytes)));
            else
                kept.Remove(node);
            kept.AddFirst(node);
            node.Value.Leases++;
            return new Lease(this, node.Value);
        }
    }

    private void Return(Entry entry)
    {
        lock (gate)
        {
            entry.Leases--;
            long bytes = kept.Sum(e => e.Runner.IndicatorBytes);
            for (LinkedListNode<Entry>? node = kept.Last; node is not null && (bytes > mostBytes || kept.Count > Most);)
            {
                LinkedListNode<Entry>? newer = node.Previous;
                if (node.Value.Leases == 0)
                {
                    bytes -= node.Value.Runner.IndicatorBytes;
                    kept.Remove(node);
                    node.Value.Runner.Dispose(); // the next runner's indicators go into the same memory
                }

                node = newer;
            }
        }
    }

    internal readonly record struct Key(string Fingerprint, int First, int Count, BacktestSettings Settings);

    internal sealed class Entry(Key key, TrialRunner runner)
    {
        public Key Key => key;

        public TrialRunner Runner => runner;

        public int Leases { get; set; }
    }

    /// <summary>A runner in use.</summary>
    internal sealed class Lease(TrialRunners runners, Entry entry) : IDisposable
    {
        private int isReturned;

        public TrialRunner Runner => entry.Runner;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isReturned, 1) == 0)
                runners.Return(entry);
        }
    }
}
