namespace Runnel.TestKit;

internal static class RedisProgram
{
    private static readonly string[] Names = OperatingSystem.IsWindows() ? ["memurai.exe", "redis-server.exe"] : ["redis-server", "valkey-server"];

    /// <summary>The server that tests start: RUNNEL_TEST_SERVER, a program's name or path, or what the PATH has.</summary>
    public static string Find()
    {
        string[] names = Environment.GetEnvironmentVariable("RUNNEL_TEST_SERVER") is { Length: > 0 } chosen ? [chosen] : Names;
        return names.Select(OnPath).FirstOrDefault(program => program is not null)
            ?? throw new InvalidOperationException($"These tests need a server program, and none named {string.Join(" or ", names)} is on the PATH. Install it: "
                + "apt-get install redis-server (Debian, Ubuntu), dnf install redis, apk add redis, brew install redis; "
                + "on Windows install Memurai or run the tests in WSL. ./build.sh test does it by itself where it may.");
    }

    /// <summary>Valkey, which has all of Redis 7.2, for tests of what Redis 7.0 lacks; null where there is none.</summary>
    public static string? FindValkey() => OnPath("valkey-server");

    private static string? OnPath(string name) => Path.IsPathRooted(name)
        ? File.Exists(name) ? name : null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
