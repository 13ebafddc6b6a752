using System.Runtime.CompilerServices;
using Runnel.Redis;
using Runnel.Results;
using StackExchange.Redis;

namespace Runnel;

/// <summary>The dead letters of one queue.</summary>
public sealed class DeadLetters
{
    private const int PageSize = 100;
    private readonly RunnelConnector connector;
    private readonly TaskReader reader;

    internal DeadLetters(RunnelConnector connector, TaskReader reader)
    {
        this.connector = connector;
        this.reader = reader;
    }

    /// <summary>Lists dead letters, the newest first, page by page; what dies or is removed meanwhile may be missed.</summary>
    /// <param name="most">Most letters to list.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async IAsyncEnumerable<DeadLetter> ListAsync(int most = int.MaxValue, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        QueueKeys keys = connector.Keys;
        int listed = 0;
        for (long start = 0; listed < most; start += PageSize)
        {
            SortedSetEntry[] page = await connection.Database
                .SortedSetRangeByRankWithScoresAsync(keys.Dead, start, start + PageSize - 1, Order.Descending).WaitAsync(cancellationToken);
            foreach (SortedSetEntry letter in page)
            {
                string id = letter.Element.ToString();
                RedisValue[] kept = await connection.Database.HashGetAsync(keys.Record(id), ["payload", "raw"]).WaitAsync(cancellationToken);
                if (await reader.FindAsync(id, cancellationToken) is not { } task)
                    continue;
                yield return new DeadLetter
                {
                    Task = task,
                    DiedAt = DateTimeOffset.FromUnixTimeMilliseconds((long)letter.Score),
                    Payload = (kept[0].IsNull ? kept[1] : kept[0]).ToString(),
                };
                if (++listed == most)
                    yield break;
            }

            if (page.Length < PageSize)
                yield break;
        }
    }
}
