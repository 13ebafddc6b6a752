namespace Runnel.Redis;

/// <summary>Redis's clock as this process knows it: its own clock, corrected at each beat.</summary>
internal sealed class RedisClock(TimeProvider time)
{
    private long offsetMs;

    public long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds() + Interlocked.Read(ref offsetMs);

    public void Correct(long redisNowMs) => Interlocked.Exchange(ref offsetMs, redisNowMs - time.GetUtcNow().ToUnixTimeMilliseconds());
}
