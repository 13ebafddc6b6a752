using System.CommandLine;

namespace Runnel.Cli.CommandLine;

/// <summary>The options that every command takes, and the one that every reading command takes.</summary>
internal sealed class CommonOptions
{
    public Option<string?> RedisUrl { get; } = new("--redis-url")
    {
        Description = "Where Redis is: redis://[user:password@]host[:port][/db], rediss:// for TLS, unix:///path/to.sock. "
            + "Default: REDIS_URL, else localhost:6379 if a Redis answers there, else a private Redis that runnel starts.",
        HelpName = "URL",
        Recursive = true,
    };

    public Option<string?> Stream { get; } = new("--stream")
    {
        Description = "Name of the queue and its main stream. Default: bybit:tasks.",
        HelpName = "NAME",
        Recursive = true,
    };

    public Option<string?> Group { get; } = new("--group")
    {
        Description = "Consumer group of the workers. Default: workers.",
        HelpName = "NAME",
        Recursive = true,
    };

    public Option<string?> DataDirectory { get; } = new("--data-dir")
    {
        Description = "Folder for records and the private Redis. Default: RUNNEL_DATA_DIR, else the user's data folder.",
        HelpName = "DIR",
        Recursive = true,
    };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document instead of text." };

    public void AddTo(RootCommand root)
    {
        root.Add(RedisUrl);
        root.Add(Stream);
        root.Add(Group);
        root.Add(DataDirectory);
    }
}
