using System.Buffers;
using Microsoft.Extensions.Options;
using Runnel.Redis;

namespace Runnel;

internal sealed class RunnelOptionsValidator : IValidateOptions<RunnelOptions>
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("{} \t\r\n");

    public ValidateOptionsResult Validate(string? name, RunnelOptions options)
    {
        List<string> failures = [];
        CheckName("Queue", options.Queue, failures);
        CheckName("Group", options.Group, failures);
        if (options.ResultRetention < TimeSpan.FromSeconds(1))
            failures.Add($"Runnel:ResultRetention is {options.ResultRetention}; give at least one second.");
        if (options.CompletedFeedLength < 100)
            failures.Add($"Runnel:CompletedFeedLength is {options.CompletedFeedLength}; give at least 100.");
        if (options.MaxDepth < 1)
            failures.Add($"Runnel:MaxDepth is {options.MaxDepth}; give at least 1, or leave it out.");
        if (options.MaxResults < 1)
            failures.Add($"Runnel:MaxResults is {options.MaxResults}; give at least 1, or leave it out.");
        if (options.MaxResultsTotalBytes < 1)
            failures.Add($"Runnel:MaxResultsTotalBytes is {options.MaxResultsTotalBytes}; give at least 1, or leave it out.");
        CheckBytes("CompressAbove", options.CompressAbove, 64, failures);
        CheckBytes("MaxPayloadBytes", options.MaxPayloadBytes, 1, failures);
        CheckBytes("MaxResultBytes", options.MaxResultBytes, 1, failures);
        try
        {
            RedisAddress.Parse(options.RedisUrl);
        }
        catch (RunnelException e)
        {
            failures.Add(e.Message);
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckBytes(string option, int value, int least, List<string> failures)
    {
        if (value < least || value > Packing.LargestExpanded)
            failures.Add($"Runnel:{option} is {value}; give {least} to {Packing.LargestExpanded} bytes.");
    }

    private static void CheckName(string option, string value, List<string> failures)
    {
        if (string.IsNullOrEmpty(value) || value.AsSpan().ContainsAny(Forbidden))
            failures.Add($"Runnel:{option} is '{value}'; give a name without blanks and braces, for instance '{(option == "Queue" ? "bybit:tasks" : "workers")}'.");
    }
}
