using System.Globalization;
using Microsoft.Extensions.Options;

namespace Runnel.Trading;

internal sealed class TradingOptionsValidator : IValidateOptions<TradingOptions>
{
    public ValidateOptionsResult Validate(string? name, TradingOptions options)
    {
        List<string> failures = [];
        if (string.IsNullOrWhiteSpace(options.DataFolder))
            failures.Add("Runnel:Trading:DataFolder is empty; name a folder, or leave the setting out.");
        if (options.KlinesFile is { Length: > 0 } && !File.Exists(options.KlinesFile))
            failures.Add($"Runnel:Trading:KlinesFile is {Path.GetFullPath(options.KlinesFile)}, and there is no such file; correct the path or leave the setting out.");
        if (options.KlinesFolder is { Length: > 0 } && !Directory.Exists(options.KlinesFolder))
            failures.Add($"Runnel:Trading:KlinesFolder is {Path.GetFullPath(options.KlinesFolder)}, and there is no such folder; create it or leave the setting out.");
        if (options.CacheBytes < 0)
            failures.Add(string.Create(CultureInfo.InvariantCulture, $"Runnel:Trading:CacheBytes is {options.CacheBytes}; give 0 (keep nothing) or more."));
        if (options.HeartbeatInterval <= TimeSpan.Zero)
            failures.Add($"Runnel:Trading:HeartbeatInterval is {options.HeartbeatInterval}; give more than zero.");
        else if (options.StaleSeconds < 3 * options.HeartbeatInterval.TotalSeconds)
        {
            failures.Add(string.Create(CultureInfo.InvariantCulture, $"Runnel:Trading:StaleSeconds is {options.StaleSeconds}; give at least {3 * options.HeartbeatInterval.TotalSeconds:0.###}, "
                + $"three times HeartbeatInterval, so that a backtest that lives is not taken over."));
        }

        ValidateBybit(options, failures);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void ValidateBybit(TradingOptions options, List<string> failures)
    {
        Uri address = options.Bybit.BaseAddress;
        if (!address.IsAbsoluteUri || address.Scheme is not ("https" or "http"))
            failures.Add($"Runnel:Trading:Bybit:BaseAddress is '{address}'; give an address such as https://api.bybit.com.");
        if (options.Bybit.MaxRetries < 0)
            failures.Add(string.Create(CultureInfo.InvariantCulture, $"Runnel:Trading:Bybit:MaxRetries is {options.Bybit.MaxRetries}; give 0 or more."));
        if (options.Bybit.RequestsPerSecond is < 1 or > 120)
            failures.Add(string.Create(CultureInfo.InvariantCulture, $"Runnel:Trading:Bybit:RequestsPerSecond is {options.Bybit.RequestsPerSecond}; give 1 to 120, the exchange's own limit for one address."));
        if (options.Bybit.RequestTimeout <= TimeSpan.Zero || options.Bybit.RequestTimeout > TimeSpan.FromHours(1))
            failures.Add($"Runnel:Trading:Bybit:RequestTimeout is {options.Bybit.RequestTimeout}; give more than zero and at most an hour.");
        if (options.Bybit.RetryDelay < TimeSpan.Zero || options.Bybit.MaxRetryDelay < options.Bybit.RetryDelay)
            failures.Add($"Runnel:Trading:Bybit:RetryDelay is {options.Bybit.RetryDelay} and MaxRetryDelay {options.Bybit.MaxRetryDelay}; give waits of zero or more, the second not shorter than the first.");
    }
}
