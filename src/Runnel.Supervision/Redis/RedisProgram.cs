namespace Runnel.Supervision;

internal static class RedisProgram
{
    private static readonly string[] Names = OperatingSystem.IsWindows()
        ? ["memurai.exe", "redis-server.exe"]
        : ["redis-server", "valkey-server"];

    /// <exception cref="RunnelException">There is none on the PATH; says how to get one on this system.</exception>
    public static string Find() => Find(Environment.GetEnvironmentVariable("PATH") ?? "");

    internal static string Find(string path)
    {
        string[] folders = path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists)
            ?? throw new RunnelException("No Redis answers at localhost:6379 and no redis-server program is installed to start a private one. "
                + $"{Remedy()}, or name a Redis by --redis-url or REDIS_URL.");
    }

    private static string Remedy()
    {
        if (OperatingSystem.IsWindows())
            return "Install Memurai (winget install Memurai.MemuraiDeveloper), or run in WSL";
        if (OperatingSystem.IsMacOS())
            return "Type: brew install redis";
        return File.Exists("/etc/alpine-release") ? "Type: apk add redis"
            : File.Exists("/etc/debian_version") ? "Type: apt-get install redis-server"
            : File.Exists("/etc/redhat-release") || File.Exists("/etc/fedora-release") ? "Type: dnf install redis (or valkey)"
            : "Install redis or valkey with this system's package manager";
    }
}
