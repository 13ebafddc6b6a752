using Runnel.Cli.Output;
using Spectre.Console;

namespace Runnel.Cli.Demo;

/// <summary>Shows a task's progress while it runs: a moving bar on a terminal, a line per change elsewhere.</summary>
internal static class DemoProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    public static async Task<TaskInfo> FollowAsync(RunnelClient client, string id, CancellationToken cancellationToken)
    {
        if (!TextOutput.IsRich)
            return await FollowAsync(client, id, ShowLines(), cancellationToken);
        return await AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                ProgressTask bar = context.AddTask("queued", maxValue: 1);
                return await FollowAsync(client, id, (text, fraction) =>
                {
                    bar.Description = Markup.Escape(text);
                    bar.Value = fraction;
                }, cancellationToken);
            });
    }

    // The end is awaited; only the progress on the way has no event to wait for.
    private static async Task<TaskInfo> FollowAsync(RunnelClient client, string id, Action<string, double> show, CancellationToken cancellationToken)
    {
        Task<TaskInfo> end = client.WaitAsync(id, Timeout.InfiniteTimeSpan, cancellationToken);
        while (!end.IsCompleted)
        {
            if (await client.FindAsync(id, cancellationToken) is { State: TaskState.Running } task)
                show(task.Progress?.Message ?? $"worker {task.Worker} runs it", task.Progress?.Fraction ?? 0);
            await Task.WhenAny(end, Task.Delay(Interval, TimeProvider.System, cancellationToken));
        }

        TaskInfo ended = await end;
        show(Words.Of(ended.State), 1);
        return ended;
    }

    private static Action<string, double> ShowLines()
    {
        string shown = "";
        return (text, fraction) =>
        {
            string line = $"  {Words.Of(fraction),4}  {text}";
            if (line == shown)
                return;
            shown = line;
            Console.Out.WriteLine(line);
        };
    }
}
