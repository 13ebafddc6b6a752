using Microsoft.Extensions.Logging;

namespace Runnel.Supervision;

public sealed partial class Supervisor
{
    [LoggerMessage(4001, LogLevel.Information, "Worker {Number} started (process {ProcessId}).")]
    private partial void LogStarted(int number, int processId);

    [LoggerMessage(4002, LogLevel.Information, "Worker {Number} (process {ProcessId}) drained.")]
    private partial void LogDrained(int number, int processId);

    [LoggerMessage(4003, LogLevel.Warning, "Worker {Number} (process {ProcessId}) {How}; starting another in {Seconds} s.")]
    private partial void LogEnded(int number, int processId, string how, double seconds);

    [LoggerMessage(4004, LogLevel.Warning, "Killed worker {Number} (process {ProcessId}): {Why}.")]
    private partial void LogKilled(int number, int processId, string why);

    [LoggerMessage(4006, LogLevel.Warning, "Worker {Number} (process {ProcessId}) {How} and did not drain. Other workers take over what it ran.")]
    private partial void LogNotDrained(int number, int processId, string how);

    [LoggerMessage(4007, LogLevel.Information, "Worker {Number} (process {ProcessId}) drained by itself; starting another.")]
    private partial void LogReplaced(int number, int processId);

    [LoggerMessage(4005, LogLevel.Error, "Worker {Number} ended {Times} times in a row before it was ready, at last with exit code {Code}; "
        + "giving up, since another start would end the same way. Its last words: {LastWords}")]
    private partial void LogCrashLoop(int number, int times, int code, string lastWords);
}
