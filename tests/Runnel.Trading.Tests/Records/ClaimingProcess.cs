using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Runnel.Trading.Tests.Records;

/// <summary>A real second process that claims backtests: this test program started again with a role in its environment.</summary>
internal sealed class ClaimingProcess : IAsyncDisposable
{
    private const string Role = "RUNNEL_TEST_ROLE";
    private readonly Process process;

    private ClaimingProcess(Process process) => this.process = process;

    /// <summary>Claims the backtests <c>b-0</c> to <c>b-(count-1)</c> when told to go, and prints those it won.</summary>
    public static ClaimingProcess StartRacer(string file, string taskId, int count) => Start("race", file, taskId, count);

    /// <summary>Claims <c>b-0</c>, prints its token and then waits until it is killed.</summary>
    public static ClaimingProcess StartHolder(string file, string taskId) => Start("hold", file, taskId, 1);

    public Task<string?> ReadLineAsync(CancellationToken cancellationToken) => process.StandardOutput.ReadLineAsync(cancellationToken).AsTask();

    public Task GoAsync() => process.StandardInput.WriteLineAsync("go");

    public async Task<string[]> ReadToEndAsync(CancellationToken cancellationToken)
    {
        string output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }

    private static ClaimingProcess Start(string role, string file, string taskId, int count)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Runnel.Trading.Tests" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        ProcessStartInfo start = new(program) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[Role] = $"{role}|{file}|{taskId}|{count.ToString(CultureInfo.InvariantCulture)}";
        return new ClaimingProcess(Process.Start(start)!);
    }

    // Runs before the test platform's Main, which a process with a role never reaches.
    [ModuleInitializer]
    internal static void PlayRole()
    {
        if (Environment.GetEnvironmentVariable(Role) is not { } role)
            return;
        PlayAsync(role.Split('|')).GetAwaiter().GetResult();
        Environment.Exit(0);
    }

    private static async Task PlayAsync(string[] role)
    {
        BacktestRecords records = new(role[1], TimeProvider.System);
        Console.WriteLine("ready");
        Console.ReadLine();
        for (int i = 0; i < int.Parse(role[3], CultureInfo.InvariantCulture); i++)
        {
            BacktestClaim claim = await records.TryClaimAsync($"b-{i}", "{}", role[2], 1, TimeSpan.FromSeconds(300), CancellationToken.None);
            if (claim.Outcome == ClaimOutcome.Claimed)
                Console.WriteLine(role[0] == "hold" ? claim.Token : $"b-{i}");
        }

        if (role[0] == "hold")
            Console.ReadLine();
    }
}
