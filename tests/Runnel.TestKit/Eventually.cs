namespace Runnel.TestKit;

/// <summary>Waits for something that gives no event: the state of a foreign process or server. Await an event where there is one.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns once <paramref name="condition"/> holds; asks every 20 ms.</summary>
    /// <param name="condition">What has to become true; an exception from it ends the wait.</param>
    /// <param name="deadline">How long it may take.</param>
    /// <param name="what">The condition in words, for the message.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It did not hold in time; names <paramref name="what"/>.</exception>
    public static async Task TrueAsync(
        Func<Task<bool>> condition, TimeSpan deadline, string what = "the condition holds", CancellationToken cancellationToken = default)
    {
        TimeProvider time = TimeProvider.System;
        long startedAt = time.GetTimestamp();
        using PeriodicTimer timer = new(Interval, time);
        while (!await condition())
        {
            if (time.GetElapsedTime(startedAt) > deadline)
                throw new TimeoutException($"Waited {deadline.TotalSeconds:0.#} s in vain until {what}.");
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <inheritdoc cref="TrueAsync(Func{Task{bool}}, TimeSpan, string, CancellationToken)"/>
    public static Task TrueAsync(
        Func<bool> condition, TimeSpan deadline, string what = "the condition holds", CancellationToken cancellationToken = default) =>
        TrueAsync(() => Task.FromResult(condition()), deadline, what, cancellationToken);
}
