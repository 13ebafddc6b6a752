using Runnel.Composition;
using Runnel.Middleware;
using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel;

/// <summary>Takes one task through middleware and checks to the way that its options need.</summary>
internal sealed class Submitter(RunnelConnector connector, RunnelMetrics metrics, DurableSubmission durable)
{
    private readonly Submission submission = new(connector, metrics);
    private readonly FamilySubmission family = new(connector, metrics);
    private readonly BulkSubmission bulk = new(connector.Keys, metrics);

    public SubmitPipeline Middleware { get; set; } = SubmitPipeline.None;

    /// <summary>Submits a task whose payload is JSON; returns its id.</summary>
    public Task<string> SubmitAsync(string type, ReadOnlyMemory<byte> json, SubmitOptions? options, CancellationToken cancellationToken)
    {
        options ??= SubmitOptions.Default;
        if (Middleware.IsEmpty)
            return SubmitCheckedAsync(type, json, options, cancellationToken);
        SubmitContext context = new(type, json, options);
        return Middleware.RunAsync(
            context,
            () =>
            {
                if (!context.Payload.Equals(json))
                    TaskFields.CheckJson(context.Payload.Span);
                return SubmitCheckedAsync(type, context.Payload, context.Options, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Submits many tasks of one type; returns their ids in the order of the payloads. Plain ones that nobody looks at go in bulk.</summary>
    public async Task<IReadOnlyList<string>> SubmitManyAsync(
        string type, IEnumerable<byte[]> payloads, SubmitOptions? options, CancellationToken cancellationToken)
    {
        options ??= SubmitOptions.Default;
        options.Validate();
        TaskFields.CheckType(type);
        if (!IsPlain(options) || options.Durability is not null || !Middleware.IsEmpty)
            return await SubmitOneByOneAsync(type, payloads, options, cancellationToken);
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        NameValueEntry[] common = [.. Fields(type, default, options).Where(f => f.Name != "payload")];
        try
        {
            return await bulk.SubmitAsync(connection.Database, QueueKeys.LevelOf(options.Priority), common, payloads.Select(p => Packed(p)), cancellationToken);
        }
        catch (Exception e) when (e is RedisConnectionException or TimeoutException)
        {
            throw NotSubmitted(connection, e);
        }
    }

    /// <summary>The payload as it travels.</summary>
    public ReadOnlyMemory<byte> Packed(ReadOnlyMemory<byte> json) => json.Length <= connector.Options.MaxPayloadBytes
        ? Packing.Pack(json, connector.Options.CompressAbove)
        : throw new PayloadException("payload", $"The payload is {json.Length} bytes of JSON; {connector.Options.MaxPayloadBytes} are the most "
            + "(Runnel:MaxPayloadBytes). Store large data elsewhere and submit where it is.");

    /// <summary>The submission as the fields of an entry.</summary>
    public NameValueEntry[] Fields(string type, ReadOnlyMemory<byte> json, SubmitOptions options) =>
        TaskFields.Of(type, Packed(json), options, RunnelTracing.Current);

    private async Task<string> SubmitCheckedAsync(string type, ReadOnlyMemory<byte> json, SubmitOptions options, CancellationToken cancellationToken)
    {
        options.Validate();
        TaskFields.CheckType(type);
        if (options.Durability is null)
            return await SendAsync(type, json, options, cancellationToken);
        await durable.CheckAsync(options.Durability, cancellationToken);
        string id = await SendAsync(type, json, options, cancellationToken);
        await durable.ConfirmAsync(id, options.Durability, cancellationToken);
        return id;
    }

    private async Task<string> SendAsync(string type, ReadOnlyMemory<byte> json, SubmitOptions options, CancellationToken cancellationToken)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        int level = QueueKeys.LevelOf(options.Priority);
        try
        {
            if (options.HasParents)
                return await family.SubmitAsync(connection.Database, Fields(type, json, options), options);
            if (!IsPlain(options))
                return await submission.SubmitAsync(connection.Database, type, level, Fields(type, json, options), options);
            RedisValue entry = await connection.Database.StreamAddAsync(connector.Keys.Streams[level], Fields(type, json, options));
            metrics.Submitted.Add(1);
            return QueueKeys.TaskIdOf(level, entry!);
        }
        catch (Exception e) when (e is RedisConnectionException or TimeoutException)
        {
            throw NotSubmitted(connection, e);
        }
    }

    /// <summary>Submits tasks of which each goes its own way, pipelined.</summary>
    private async Task<IReadOnlyList<string>> SubmitOneByOneAsync(
        string type, IEnumerable<byte[]> payloads, SubmitOptions options, CancellationToken cancellationToken)
    {
        const int Window = 500;
        List<string> ids = [];
        Queue<Task<string>> inFlight = new(Window);
        foreach (byte[] payload in payloads)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (inFlight.Count == Window)
                ids.Add(await inFlight.Dequeue());
            inFlight.Enqueue(SubmitAsync(type, payload, options, cancellationToken));
        }

        while (inFlight.TryDequeue(out Task<string>? next))
            ids.Add(await next);
        return ids;
    }

    /// <summary>True where a task is one entry and nothing else.</summary>
    private bool IsPlain(SubmitOptions options) => !options.HasParents && !options.NeedsRecord && connector.Options.MaxDepth is null;

    private static RedisUnavailableException NotSubmitted(RedisConnection connection, Exception e) => new(
        $"Redis at {connection.Address} did not answer while a task was submitted; it may or may not have been accepted. "
        + "Check that Redis runs and is reachable, then submit it again if it is missing (with an id of your own that is always safe).", e);
}
