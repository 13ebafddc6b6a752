using Microsoft.Extensions.Logging;

namespace Runnel.Cli.Output;

/// <summary>One line per event: time (UTC), level, sentence, and an exception's message without its stack.</summary>
/// <remarks>Written here since the console logger of Microsoft.Extensions.Logging prints several lines and starts a thread.</remarks>
internal sealed class LineLoggerProvider(TextWriter output, LogLevel least) : ILoggerProvider, ILogger
{
    private const int HostStartFailed = 11; // of Microsoft.Extensions.Hosting: the exception arrives where the host was started, and is said there

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("Microsoft.", StringComparison.Ordinal) && least < LogLevel.Error ? new LineLoggerProvider(output, LogLevel.Error) : this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel) || eventId.Id == HostStartFailed)
            return;
        string cause = exception is null ? "" : $" ({exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")})";
        output.WriteLine($"{Words.Iso(TimeProvider.System.GetUtcNow())} {Level(logLevel)} {formatter(state, exception)}{cause}");
    }

    public void Dispose()
    {
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Critical or LogLevel.Error => "error",
        LogLevel.Warning => "warn ",
        LogLevel.Information => "info ",
        _ => "debug",
    };
}
