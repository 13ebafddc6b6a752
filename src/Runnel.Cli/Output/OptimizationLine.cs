using System.Text.Json;
using Runnel.Trading;

namespace Runnel.Cli.Output;

/// <summary>Tells on standard error how far an optimization is: one line that changes on a terminal, a line every ten seconds elsewhere.</summary>
internal sealed class OptimizationLine : IProgress<OptimizationProgress>, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);
    private readonly bool moves = !Console.IsErrorRedirected && TextOutput.IsRich;
    private int width;
    private long told = TimeProvider.System.GetTimestamp();

    public void Report(OptimizationProgress value)
    {
        string text = value.ToString();
        if (moves)
        {
            Console.Error.Write($"\r{text.PadRight(width)}");
            width = text.Length;
        }
        else if (TimeProvider.System.GetElapsedTime(told) >= Quiet)
        {
            told = TimeProvider.System.GetTimestamp();
            Console.Error.WriteLine(text);
        }
    }

    /// <summary>Follows a task to its end.</summary>
    public async Task<TaskInfo> FollowAsync(RunnelClient client, string id, CancellationToken cancellationToken)
    {
        Task<TaskInfo> end = client.WaitAsync(id, Timeout.InfiniteTimeSpan, cancellationToken);
        while (!end.IsCompleted)
        {
            if ((await client.FindAsync(id, cancellationToken))?.Progress?.Detail is { } detail)
                Report(JsonSerializer.Deserialize<OptimizationProgress>(detail)!);
            await Task.WhenAny(end, Task.Delay(Interval, TimeProvider.System, cancellationToken));
        }

        return await end;
    }

    public void Dispose()
    {
        if (width > 0)
            Console.Error.Write($"\r{new string(' ', width)}\r");
    }
}
