namespace Runnel.Backtesting.Tests;

/// <summary>Finds the folder of oracles and klines beside the repository.</summary>
internal static class SharedFolder
{
    public static string? Path { get; } = Find();

    private static string? Find()
    {
        string? given = Environment.GetEnvironmentVariable("RUNNEL_SHARED");
        if (given is not null)
            return Directory.Exists(given) ? given : null;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Runnel.slnx")))
            {
                string shared = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder.FullName, "..", "shared"));
                return Directory.Exists(shared) ? shared : null;
            }
        }

        return null;
    }
}
