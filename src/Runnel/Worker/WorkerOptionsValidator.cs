using Microsoft.Extensions.Options;

namespace Runnel.Worker;

internal sealed class WorkerOptionsValidator : IValidateOptions<WorkerOptions>
{
    public ValidateOptionsResult Validate(string? name, WorkerOptions options)
    {
        List<string> failures = [];
        if (string.IsNullOrWhiteSpace(options.Name) || options.Name.Any(char.IsWhiteSpace))
            failures.Add($"Runnel:Worker:Name is '{options.Name}'; give a name without blanks that no other worker has, or leave it out.");
        if (options.Concurrency is < 1 or > 1000)
            failures.Add($"Runnel:Worker:Concurrency is {options.Concurrency}; give 1 to 1000.");
        if (options.Types.Any(type => string.IsNullOrEmpty(type) || type.Any(c => char.IsWhiteSpace(c) || c == ',')))
            failures.Add($"Runnel:Worker:Types is '{string.Join(',', options.Types)}'; give names of task types, none empty, without blanks and commas.");
        if (options.LeaseDuration < TimeSpan.FromSeconds(1) || options.LeaseDuration > TimeSpan.FromHours(1))
            failures.Add($"Runnel:Worker:LeaseDuration is {options.LeaseDuration}; give 1 second to 1 hour.");
        if (options.RenewInterval <= TimeSpan.Zero || options.RenewInterval > options.LeaseDuration / 3)
        {
            failures.Add($"Runnel:Worker:RenewInterval is {options.RenewInterval}; give more than zero and at most {options.LeaseDuration / 3}, "
                + "a third of LeaseDuration, so that one lost renewal loses no lease.");
        }

        if (options.DrainTimeout < TimeSpan.Zero)
            failures.Add($"Runnel:Worker:DrainTimeout is {options.DrainTimeout}; give zero or more.");
        if (options.TimeoutGrace < TimeSpan.Zero || options.TimeoutGrace > TimeSpan.FromDays(1))
            failures.Add($"Runnel:Worker:TimeoutGrace is {options.TimeoutGrace}; give zero to one day.");
        if (options.MaxCrashes < 1)
            failures.Add($"Runnel:Worker:MaxCrashes is {options.MaxCrashes}; give at least 1.");
        if (options.MaxTasks < 1)
            failures.Add($"Runnel:Worker:MaxTasks is {options.MaxTasks}; give at least 1, or leave it out.");
        if (options.MaxMemory < 32 * 1024 * 1024)
            failures.Add($"Runnel:Worker:MaxMemory is {options.MaxMemory} bytes; give at least 33554432 (32 MiB), or leave it out.");
        if (options.LowerPriorityShare is < 0 or > 0.3 || double.IsNaN(options.LowerPriorityShare))
            failures.Add($"Runnel:Worker:LowerPriorityShare is {options.LowerPriorityShare}; give a fraction from 0 to 0.3.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
