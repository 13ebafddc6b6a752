using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel.Composition;

/// <summary>Cancels the members of a batch, some at each call. Where the caller dies meanwhile, workers go on at their beats.</summary>
internal sealed class BatchCancellation(QueueKeys keys, RunnelOptions options)
{
    private const int MostAtOnce = 100;
    private static readonly Script Cancel = new("batch-cancel.lua", ScriptLibraries.Cancelling);

    /// <summary>Cancels until no member is left to look at; false where the batch is unknown.</summary>
    public async Task<bool> RunAsync(IDatabase redis, string id)
    {
        int more;
        do
        {
            more = (int)await Cancel.RunAsync(
                redis,
                [keys.BatchPrefix + id, keys.Stats, keys.CancellingBatches],
                [id, keys.Group, (long)options.ResultRetention.TotalMilliseconds, options.CompletedFeedLength, MostAtOnce]);
        }
        while (more == 1);

        return more == 0;
    }
}
