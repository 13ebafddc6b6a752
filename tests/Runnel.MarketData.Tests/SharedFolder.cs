namespace Runnel.MarketData.Tests;

/// <summary>The folder of real klines and oracles beside the repository; tests that need it are skipped where it is absent.</summary>
internal static class SharedFolder
{
    public static string KlinesOrSkip()
    {
        string? path = Environment.GetEnvironmentVariable("RUNNEL_SHARED") ?? BesideRepository();
        if (path is null || !Directory.Exists(Path.Combine(path, "data", "klines")))
            Assert.Skip("The shared folder with real klines is absent: put it beside the repository as ../shared, or name it in RUNNEL_SHARED.");
        return Path.Combine(path, "data", "klines");
    }

    private static string? BesideRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Runnel.slnx")))
            folder = folder.Parent;
        return folder?.Parent is { } parent ? Path.Combine(parent.FullName, "shared") : null;
    }
}
