using Runnel.Redis;
using StackExchange.Redis;

namespace Runnel;

/// <summary>A rate that all processes of a queue share, for calls to something that limits them together, such as an exchange's API. Turns are handed
/// out by one script on Redis's clock. Safe from several threads.</summary>
public sealed class SharedRate
{
    private static readonly Script Turn = new("rate-turn.lua");
    private readonly RunnelConnector connector;
    private readonly RateLimit rate;
    private readonly TimeProvider time;
    private readonly RedisKey key;

    internal SharedRate(RunnelConnector connector, string name, RateLimit rate, TimeProvider time)
    {
        FlowControl.CheckName("name", name);
        rate.Validate();
        (this.connector, this.rate, this.time) = (connector, rate, time);
        key = connector.Keys.Turns(name);
    }

    /// <summary>Takes the next turn and waits for it. A turn whose wait is cancelled is lost.</summary>
    /// <exception cref="RedisUnavailableException">Redis did not answer; no turn was given.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken = default)
    {
        TimeSpan wait = await RunAsync(TimeSpan.Zero, cancellationToken);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time, cancellationToken);
    }

    /// <summary>Gives nobody a turn for a while: the other side said that it is too much. Turns that were given stay.</summary>
    /// <param name="span">At most an hour; zero or less does nothing.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="RedisUnavailableException">Redis did not answer.</exception>
    public Task HoldAsync(TimeSpan span, CancellationToken cancellationToken = default) =>
        span <= TimeSpan.Zero ? Task.CompletedTask : RunAsync(span < TimeSpan.FromHours(1) ? span : TimeSpan.FromHours(1), cancellationToken);

    private async Task<TimeSpan> RunAsync(TimeSpan hold, CancellationToken cancellationToken)
    {
        RedisConnection connection = await connector.GetAsync(cancellationToken);
        RedisResult wait = await connection.CallAsync(redis => Turn.RunAsync(redis, [key], [rate.IntervalUs, rate.Burst, (long)hold.TotalMicroseconds]), cancellationToken);
        return TimeSpan.FromMicroseconds((long)wait);
    }
}
