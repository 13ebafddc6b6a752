using System.Runtime.CompilerServices;
using Runnel.Lookup;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Events;

/// <summary>Reads the feed of state changes from a cursor on. The entry at the cursor is read again with each page: where it is gone, so may be
/// others behind it.</summary>
internal sealed class EventReader(RunnelConnector connector, CompletionFeed feed)
{
    private const int PageSize = 500;
    private const string Beginning = "0-0";

    public async IAsyncEnumerable<QueueEvent> ReadAsync(string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (cursor is not null && !QueueKeys.TryParse("n" + cursor, out _, out _))
            throw new PayloadException("cursor", $"cursor is '{cursor}'; give that of an event, '0-0' for all that the feed has, or leave it out for what comes from now on.");
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        string last = cursor ?? await NewestAsync(connection, cancellationToken);
        while (true)
        {
            using CompletionFeed.Watch watch = await feed.WatchAsync(CompletionFeed.AnyTask, cancellationToken);
            StreamEntry[] page;
            do
            {
                page = await connection.CallAsync(redis => redis.StreamRangeAsync(connector.Keys.Completed, last, "+", PageSize), cancellationToken);
                bool found = last == Beginning || (page.Length > 0 && page[0].Id == last);
                foreach (StreamEntry entry in page.Where(e => e.Id != last).ToArray())
                {
                    yield return ToEvent(entry, mayFollowGap: !found);
                    found = true;
                    last = entry.Id!;
                }
            }
            while (page.Length == PageSize);

            await watch.ChangedAsync(TimeSpan.MaxValue, cancellationToken);
        }
    }

    private async Task<string> NewestAsync(RedisConnection connection, CancellationToken cancellationToken)
    {
        StreamEntry[] newest = await connection.CallAsync(
            redis => redis.StreamRangeAsync(connector.Keys.Completed, count: 1, messageOrder: Order.Descending), cancellationToken);
        return newest.Length > 0 ? newest[0].Id.ToString() : Beginning;
    }

    private static QueueEvent ToEvent(StreamEntry entry, bool mayFollowGap) => new()
    {
        Cursor = entry.Id!,
        At = DateTimeOffset.FromUnixTimeMilliseconds(StreamId.Parse(entry.Id!).Ms),
        State = entry["state"].ToString(),
        Ids = entry["ids"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Worker = entry["worker"].ToString(),
        MayFollowGap = mayFollowGap,
    };
}
