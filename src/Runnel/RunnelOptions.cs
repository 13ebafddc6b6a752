using System.Text.Json;

namespace Runnel;

/// <summary>Which queue on which Redis. Bound from "Runnel", checked at start.</summary>
public sealed class RunnelOptions
{
    /// <summary>Where Redis is: <c>redis://[user:password@]host[:port][/db]</c>, <c>rediss://</c> for TLS, several hosts split by commas,
    /// <c>redis-sentinel://host:26379/service</c>, <c>unix:///path/to.sock</c>, or a StackExchange.Redis string.
    /// Default: the environment variable REDIS_URL, else <c>redis://localhost:6379</c>.</summary>
    public string RedisUrl { get; set; } = Environment.GetEnvironmentVariable("REDIS_URL") is { Length: > 0 } url ? url : "redis://localhost:6379";

    /// <summary>Name of the queue and of its main stream. Default: <c>bybit:tasks</c>.</summary>
    public string Queue { get; set; } = "bybit:tasks";

    /// <summary>Consumer group of the workers. One queue has one group: a completed task is deleted for all. Default: <c>workers</c>.</summary>
    public string Group { get; set; } = "workers";

    /// <summary>How long a result stays readable. Default: 24 hours.</summary>
    public TimeSpan ResultRetention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Results that stay readable, the newest first to stay; held to by the workers at their beats (1.5 s), all of which should have
    /// the same limits. More than the largest batch whose results are to be read. Default: null, as many as there are.</summary>
    public long? MaxResults { get; set; }

    /// <summary>Bytes of results, as they are stored, that stay readable; as <see cref="MaxResults"/>. Default: null, unbounded.</summary>
    public long? MaxResultsTotalBytes { get; set; }

    /// <summary>Entries kept in the feed of completed tasks (one entry holds a batch). Default: 10,000.</summary>
    public int CompletedFeedLength { get; set; } = 10_000;

    /// <summary>Tasks that may wait (queued, running or delayed); beyond it, submitting throws <see cref="QueueFullException"/>. Costs a
    /// script call for each submission. Default: null, unbounded.</summary>
    public long? MaxDepth { get; set; }

    /// <summary>Payloads and results of more bytes of JSON than this are stored compressed (gzip). Default: 16,384.</summary>
    public int CompressAbove { get; set; } = 16 * 1024;

    /// <summary>Most bytes of JSON in one payload; a larger one is refused when it is submitted. Default: 8 MiB.</summary>
    public int MaxPayloadBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>Most bytes of JSON in one result; with a larger one the task becomes a dead letter (<c>rejected</c>). Default: 8 MiB.</summary>
    public int MaxResultBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>How payloads and results are written and read. Default: System.Text.Json's web defaults (camelCase).</summary>
    public JsonSerializerOptions Json { get; set; } = JsonSerializerOptions.Web;
}
