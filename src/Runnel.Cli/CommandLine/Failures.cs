using Microsoft.Extensions.Options;
using Runnel.MarketData;

namespace Runnel.Cli.CommandLine;

/// <summary>Says on standard error what went wrong: a sentence, never a stack trace (unless RUNNEL_DEBUG=1 asks for it).</summary>
internal static class Failures
{
    public static int Report(Exception exception)
    {
        if (exception is OperationCanceledException)
            return ExitCodes.Interrupted;
        bool ours = exception is RunnelException or MarketDataException or TimeoutException or OptionsValidationException;
        Console.Error.WriteLine(ours
            ? $"error: {exception.Message}"
            : $"error: {exception.GetType().Name}: {exception.Message} (RUNNEL_DEBUG=1 shows where; please report it)");
        if (Environment.GetEnvironmentVariable("RUNNEL_DEBUG") == "1")
            Console.Error.WriteLine(exception);
        return ExitCodes.Failure;
    }
}
