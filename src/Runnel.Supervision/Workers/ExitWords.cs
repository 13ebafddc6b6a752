namespace Runnel.Supervision;

internal static class ExitWords
{
    // On Unix .NET reports a death by signal N as 128 + N, like a shell.
    public static string Of(int code) => code switch
    {
        0 => "ended by itself",
        WorkerOptions.StuckExitCode => "left since a handler was stuck in it",
        137 => "was killed (SIGKILL; the system does that when memory runs out)",
        139 => "crashed (SIGSEGV)",
        134 => "crashed (SIGABRT: an unhandled exception or a full stack)",
        143 => "was ended by SIGTERM before it could drain",
        _ => $"ended with exit code {code}",
    };
}
