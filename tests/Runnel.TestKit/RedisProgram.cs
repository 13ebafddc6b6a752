namespace Runnel.TestKit;

internal static class RedisProgram
{
    private static readonly string[] Names = OperatingSystem.IsWindows() ? ["memurai.exe", "redis-server.exe"] : ["redis-server", "valkey-server"];

    public static string Find()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("These tests need a redis-server program, and there is none on the PATH. Install it: "
                + "apt-get install redis-server (Debian, Ubuntu), dnf install redis, apk add redis, brew install redis; "
                + "on Windows install Memurai or run the tests in WSL. ./build.sh test does it by itself where it may.");
    }
}
