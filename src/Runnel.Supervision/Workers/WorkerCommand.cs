namespace Runnel.Supervision;

/// <summary>What starts a worker process.</summary>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">Its arguments, one string each, unquoted.</param>
public sealed record WorkerCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>This very program once more, also when it runs as <c>dotnet program.dll</c>.</summary>
    /// <param name="arguments">Arguments that make it a worker.</param>
    /// <exception cref="InvalidOperationException">The system does not tell the path of this process.</exception>
    public static WorkerCommand OfThisProgram(params IEnumerable<string> arguments)
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("The system does not tell this process's path.");
        bool host = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        return new WorkerCommand(program, host ? [Environment.GetCommandLineArgs()[0], .. arguments] : [.. arguments]);
    }
}
