namespace Runnel.Supervision;

/// <summary>Where this user's data lives: the private Redis, records, downloaded klines.</summary>
public static class DataFolder
{
    /// <summary>The environment variable that names another folder.</summary>
    public const string Variable = "RUNNEL_DATA_DIR";

    /// <summary>Picks the folder and creates it, for this user alone, if it is not there.</summary>
    /// <param name="wanted">A folder given by flag; null: RUNNEL_DATA_DIR, else the system's place for a user's data
    /// (<c>~/.local/share/runnel</c>, <c>~/Library/Application Support/runnel</c>, <c>%LOCALAPPDATA%\runnel</c>).</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="RunnelException">The folder cannot be created or is a file; names it and what to do.</exception>
    public static string Resolve(string? wanted = null)
    {
        string folder = wanted is { Length: > 0 } ? wanted
            : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } variable ? variable
            : Default();
        try
        {
            string path = Path.GetFullPath(folder);
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new RunnelException($"The data folder '{folder}' cannot be used: {e.Message} "
                + $"Give one that you may write to, by --data-dir or {Variable}.", e);
        }
    }

    private static string Default()
    {
        string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return data.Length > 0
            ? Path.Combine(data, "runnel")
            : throw new RunnelException($"This account has no home folder for Runnel's data; name a folder by --data-dir or {Variable}.");
    }
}
