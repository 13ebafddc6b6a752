using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Runnel.TestKit;

namespace Runnel.Supervision.Tests;

public sealed class SupervisorTests : IDisposable
{
    private const string ReadyThenDrain = $"echo {SupervisedProcess.ReadyLine}; echo pid $$; while read -r line && [ $line != drain ]; do :; done; echo drained";
    private readonly LineChannel output = new();
    private readonly LineChannel errors = new();
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly CancellationTokenSource stopNow = new();

    public SupervisorTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "The worker processes of these tests are shell scripts.");

    public void Dispose()
    {
        output.Dispose();
        errors.Dispose();
        stop.Dispose();
        stopNow.Dispose();
    }

    [Fact]
    public async Task Drains_every_worker_by_a_line_on_its_standard_input()
    {
        Task<SupervisorOutcome> run = Run(ReadyThenDrain, workers: 3);
        int[] processes = [await output.NextPidAsync(), await output.NextPidAsync(), await output.NextPidAsync()];

        await stop.CancelAsync();

        Assert.Equal(SupervisorOutcome.Drained, await run);
        Assert.Equal(["[1] drained", "[2] drained", "[3] drained"], output.Rest().Order());
        Assert.All(processes, process => Assert.False(IsAlive(process)));
    }

    [Fact]
    public async Task Starts_another_worker_for_one_that_was_killed()
    {
        Task<SupervisorOutcome> run = Run(ReadyThenDrain, workers: 1);
        int first = await output.NextPidAsync();

        Process.GetProcessById(first).Kill();
        int second = await output.NextPidAsync();
        await stop.CancelAsync();

        Assert.NotEqual(first, second);
        Assert.Equal(SupervisorOutcome.Drained, await run);
    }

    [Fact]
    public async Task Gives_up_on_a_worker_that_is_never_ready_and_drains_the_others()
    {
        string script = $"if [ $RUNNEL_WORKER_NUMBER = 2 ]; then echo no luck >&2; exit 7; fi; {ReadyThenDrain}";

        SupervisorOutcome outcome = await Run(script, workers: 2);

        Assert.Equal(SupervisorOutcome.CrashLoop, outcome);
        Assert.Equal("[1] drained", output.Rest()[^1]);
        Assert.Equal(Enumerable.Repeat("[2] no luck", 3), errors.Rest());
    }

    [Fact]
    public async Task Kills_a_worker_that_does_not_drain_in_time()
    {
        Task<SupervisorOutcome> run = Run($"echo {SupervisedProcess.ReadyLine}; echo pid $$; exec sleep 1000", workers: 1, drainSeconds: 0.2);
        int process = await output.NextPidAsync();

        await stop.CancelAsync();

        Assert.Equal(SupervisorOutcome.Killed, await run);
        Assert.False(IsAlive(process));
    }

    [Fact]
    public async Task Kills_at_once_when_told_so()
    {
        Task<SupervisorOutcome> run = Run($"echo {SupervisedProcess.ReadyLine}; echo pid $$; exec sleep 1000", workers: 1, drainSeconds: 1000);
        int process = await output.NextPidAsync();

        await stop.CancelAsync();
        await stopNow.CancelAsync();

        Assert.Equal(SupervisorOutcome.Killed, await run);
        Assert.False(IsAlive(process));
    }

    [Fact]
    public async Task Has_a_worker_hand_back_before_it_would_kill_it()
    {
        string script = $"echo {SupervisedProcess.ReadyLine}; echo pid $$; while read -r line; do echo told $line; [ $line = stop ] && exit 0; done";
        Task<SupervisorOutcome> run = Run(script, workers: 1, drainSeconds: 1000, stopSeconds: 1000);
        await output.NextPidAsync();

        await stop.CancelAsync();
        Assert.Equal("[1] told drain", await output.NextAsync());
        await stopNow.CancelAsync();

        Assert.Equal(SupervisorOutcome.Killed, await run);
        Assert.Equal(["[1] told stop"], output.Rest());
    }

    [Fact]
    public async Task Grows_and_shrinks_and_drains_the_last_ones_first()
    {
        (Supervisor supervisor, Task<SupervisorOutcome> run) = Start(ReadyThenDrain, workers: 1, drainSeconds: 30);
        int first = await output.NextPidAsync();

        supervisor.Resize(3);
        int[] more = [await output.NextPidAsync(), await output.NextPidAsync()];
        supervisor.Resize(1);
        string[] drained = [await output.NextAsync(), await output.NextAsync()];
        bool firstLives = IsAlive(first);
        await Eventually.TrueAsync(() => supervisor.Processes == 1, TimeSpan.FromSeconds(20), "two processes are gone", stop.Token);
        supervisor.Resize(2);
        int another = await output.NextPidAsync();
        await stop.CancelAsync();

        Assert.Equal(["[2] drained", "[3] drained"], drained.Order());
        Assert.True(firstLives);
        Assert.All(more, process => Assert.False(IsAlive(process)));
        Assert.DoesNotContain(another, more);
        Assert.Equal(SupervisorOutcome.Drained, await run);
        Assert.Equal(["[1] drained", "[2] drained"], output.Rest().Order());
    }

    [Fact]
    public async Task Goes_down_to_no_worker_and_up_again()
    {
        (Supervisor supervisor, Task<SupervisorOutcome> run) = Start(ReadyThenDrain, workers: 0, drainSeconds: 30);

        supervisor.Resize(1);
        await output.NextPidAsync();
        supervisor.Resize(0);
        string drained = await output.NextAsync();
        await Eventually.TrueAsync(() => supervisor.Processes == 0, TimeSpan.FromSeconds(20), "no process is left", stop.Token);
        await stop.CancelAsync();

        Assert.Equal("[1] drained", drained);
        Assert.Equal(SupervisorOutcome.Drained, await run);
    }

    [Fact]
    public async Task Hands_settings_over_by_environment_and_shows_errors_behind_the_workers_number()
    {
        Task<SupervisorOutcome> run = Run($"echo $GREETING >&2; {ReadyThenDrain}", workers: 1);

        string line = await errors.NextAsync();
        await stop.CancelAsync();
        await run;

        Assert.Equal("[1] hello", line);
    }

    [Fact]
    public async Task Says_so_when_the_program_is_not_there()
    {
        SupervisorOptions options = new() { Workers = 1, Command = new WorkerCommand("/nowhere/worker", []) };
        Supervisor supervisor = new(options, output, errors, TimeProvider.System, NullLogger<Supervisor>.Instance);

        RunnelException error = await Assert.ThrowsAsync<RunnelException>(() => supervisor.RunAsync(stop.Token, stopNow.Token));

        Assert.Contains("/nowhere/worker", error.Message, StringComparison.Ordinal);
    }

    private Task<SupervisorOutcome> Run(string script, int workers, double drainSeconds = 30, double stopSeconds = 0.1) =>
        Start(script, workers, drainSeconds, stopSeconds).Run;

    private (Supervisor Supervisor, Task<SupervisorOutcome> Run) Start(string script, int workers, double drainSeconds, double stopSeconds = 0.1)
    {
        SupervisorOptions options = new()
        {
            Workers = workers,
            Command = new WorkerCommand("/bin/sh", ["-c", script]),
            Environment = new Dictionary<string, string> { ["GREETING"] = "hello" },
            FirstBackoff = TimeSpan.FromMilliseconds(10),
            FailedStartLimit = 3,
            DrainTimeout = TimeSpan.FromSeconds(drainSeconds),
            StopTimeout = TimeSpan.FromSeconds(stopSeconds),
        };
        Supervisor supervisor = new(options, output, errors, TimeProvider.System, NullLogger<Supervisor>.Instance);
        return (supervisor, supervisor.RunAsync(stop.Token, stopNow.Token));
    }

    private static bool IsAlive(int processId)
    {
        try
        {
            using Process process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private sealed class LineChannel : StringWriter
    {
        private readonly Channel<string> lines = Channel.CreateUnbounded<string>();

        public override void WriteLine(string? value) => lines.Writer.TryWrite(value ?? "");

        public async Task<string> NextAsync() =>
            await lines.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20));

        public async Task<int> NextPidAsync()
        {
            string line;
            do line = await NextAsync();
            while (!line.Contains("pid ", StringComparison.Ordinal));
            return int.Parse(line.Split(' ')[^1]);
        }

        public List<string> Rest()
        {
            List<string> rest = [];
            while (lines.Reader.TryRead(out string? line))
                rest.Add(line);
            return rest;
        }
    }
}
