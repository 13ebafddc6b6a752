using System.Diagnostics;
using System.Globalization;

namespace Runnel.Autoscaling;

/// <summary>Runs a command of the user's that makes the number come true, such as
/// <c>docker compose up --detach --no-recreate --scale worker={workers}</c>.</summary>
/// <param name="template">For the system's shell; <c>{workers}</c> stands for the number.</param>
/// <param name="client">Counts living workers as long as nothing was asked for yet.</param>
/// <param name="deadline">After this time the command is killed and counts as failed.</param>
public sealed class CommandActuator(string template, RunnelClient client, TimeSpan deadline) : IWorkerActuator
{
    /// <summary>What stands for the number of workers.</summary>
    public const string Placeholder = "{workers}";

    private int? asked;

    /// <inheritdoc/>
    public string Description => $"by the command: {template}";

    /// <summary>Task types that the workers take; none for all.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <inheritdoc/>
    public async Task<int> GetCountAsync(CancellationToken cancellationToken) => asked ??= (await client.GetLoadAsync(Types, cancellationToken)).Workers;

    /// <inheritdoc/>
    public async Task ScaleToAsync(int workers, CancellationToken cancellationToken)
    {
        string command = template.Replace(Placeholder, workers.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        bool windows = OperatingSystem.IsWindows();
        ProcessStartInfo start = new(windows ? "cmd.exe" : "/bin/sh", windows ? ["/d", "/c", command] : ["-c", command])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start) ?? throw new ActuatorException($"The shell for '{command}' cannot be started.");
        process.StandardInput.Close();
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(deadline);
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(end.Token);
            await process.WaitForExitAsync(end.Token);
            if (process.ExitCode != 0)
                throw new ActuatorException($"'{command}' ended with exit code {process.ExitCode}: {LastLine(await errors)}");
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new ActuatorException($"'{command}' did not end within {deadline.TotalSeconds:0} s and was killed.");
        }

        asked = workers;
    }

    private static string LastLine(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., string last] ? last : "(it said nothing)";
}
