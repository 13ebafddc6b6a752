using System.Diagnostics;
using StackExchange.Redis;

namespace Runnel.LoadTest;

/// <summary>Processor time that Redis and this process spend: steadier than rates on a busy machine.</summary>
internal sealed class CpuMeter
{
    private readonly IDatabase redis;
    private double redisBefore;
    private double ownBefore;

    private CpuMeter(IDatabase redis) => this.redis = redis;

    public static async Task<CpuMeter> StartAsync(IDatabase redis)
    {
        CpuMeter meter = new(redis);
        (meter.redisBefore, meter.ownBefore) = await meter.ReadAsync();
        return meter;
    }

    /// <summary>Microseconds for each task since the start.</summary>
    public async Task<(double Redis, double Own)> PerTaskAsync(int tasks)
    {
        (double redisNow, double ownNow) = await ReadAsync();
        return ((redisNow - redisBefore) * 1e6 / tasks, (ownNow - ownBefore) * 1e6 / tasks);
    }

    private async Task<(double Redis, double Own)> ReadAsync() => (
        await QueueBench.InfoAsync(redis, "cpu", "used_cpu_user") + await QueueBench.InfoAsync(redis, "cpu", "used_cpu_sys"),
        Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds);
}
