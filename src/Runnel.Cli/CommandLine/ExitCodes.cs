namespace Runnel.Cli.CommandLine;

/// <summary>Why a runnel process ended; docs/cli.md lists them for users.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 2;
    public const int CrashLoop = 3;
    public const int NotDrained = 4;
    public const int Interrupted = 130;
}
