using Runnel.MarketData.Tests;
using Runnel.MarketData.Tests.Fetching;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

if (Environment.GetEnvironmentVariable(FetchingProcess.Role) is { } role)
{
    await FetchingProcess.PlayAsync(role.Split('|'));
    return 0;
}

return args.Contains("--server") || args.Contains("--internal-msbuild-node")
    ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
