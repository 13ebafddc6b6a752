namespace Runnel.TestKit;

/// <summary>Where tests find files that are not copied beside them.</summary>
public static class TestFolders
{
    /// <summary>The folder with Runnel.slnx, found upwards from the test program.</summary>
    /// <exception cref="DirectoryNotFoundException">The tests run outside the repository.</exception>
    public static string Repository { get; } = FindRepository();

    /// <summary>The folder with reference data: RUNNEL_SHARED, else <c>../shared</c> beside the repository; null where there is none.</summary>
    /// <remarks>A test that needs it begins with <c>Assert.SkipWhen(TestFolders.Shared is null, TestFolders.NoShared)</c>.</remarks>
    public static string? Shared { get; } = FindShared();

    /// <summary>The reason to give where <see cref="Shared"/> is null.</summary>
    public const string NoShared = "The folder with reference data is not here: put it at ../shared or name it in RUNNEL_SHARED.";

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Runnel.slnx")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Runnel.slnx; run the tests in the repository.");
    }

    private static string? FindShared()
    {
        string folder = Environment.GetEnvironmentVariable("RUNNEL_SHARED") ?? Path.Combine(Repository, "..", "shared");
        return Directory.Exists(folder) ? Path.GetFullPath(folder) : null;
    }
}
