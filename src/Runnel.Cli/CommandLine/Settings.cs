using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Runnel.Cli.CommandLine;

/// <summary>What flags, environment, runnel.json and defaults make together; the first of them that says something wins.</summary>
internal sealed class Settings
{
    private const string FileName = "runnel.json";

    private Settings(IConfiguration configuration) => Configuration = configuration;

    /// <summary>runnel.json, and above it variables such as Runnel__Worker__DrainTimeout: what the libraries' options are bound from.</summary>
    public IConfiguration Configuration { get; }

    /// <summary>Null where nobody named a Redis.</summary>
    public string? RedisUrl { get; private init; }

    public required string Stream { get; init; }

    public required string Group { get; init; }

    /// <summary>Null for the user's own.</summary>
    public string? DataDirectory { get; private init; }

    /// <exception cref="RunnelException">runnel.json cannot be read.</exception>
    public static Settings Read(ParseResult parsed, CommonOptions common, string defaultStream = "bybit:tasks")
    {
        IConfiguration configuration = Read();
        return new Settings(configuration)
        {
            RedisUrl = First(parsed.GetValue(common.RedisUrl), "REDIS_URL", configuration["Runnel:RedisUrl"]),
            Stream = First(parsed.GetValue(common.Stream), "RUNNEL_STREAM", configuration["Runnel:Queue"]) ?? defaultStream,
            Group = First(parsed.GetValue(common.Group), "RUNNEL_GROUP", configuration["Runnel:Group"]) ?? "workers",
            DataDirectory = First(parsed.GetValue(common.DataDirectory), "RUNNEL_DATA_DIR", configuration["Runnel:DataDirectory"]),
        };
    }

    /// <summary>The same for another queue.</summary>
    public Settings For(string stream) => new(Configuration) { RedisUrl = RedisUrl, Stream = stream, Group = Group, DataDirectory = DataDirectory };

    /// <summary>A whole number from flag, environment or file.</summary>
    /// <exception cref="RunnelException">The variable or the file says something else.</exception>
    public int? Number(int? flag, string variable, string key, int least, int most)
    {
        if (flag is not null)
            return flag;
        string? fromVariable = Environment.GetEnvironmentVariable(variable);
        bool inVariable = fromVariable is { Length: > 0 };
        if ((inVariable ? fromVariable : Configuration[key]) is not { Length: > 0 } text)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
            ? value
            : throw new RunnelException($"{(inVariable ? variable : $"{key}")} is '{text}'; give a whole number from {least} to {most}.");
    }

    public string? Text(string? flag, string variable, string key) => First(flag, variable, Configuration[key]);

    private static string? First(string? flag, string variable, string? fromFile) =>
        flag is { Length: > 0 } ? flag : Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : fromFile;

    private static IConfiguration Read()
    {
        ConfigurationBuilder builder = new();
        string path = Path.GetFullPath(FileName);
        if (!File.Exists(path))
            return builder.AddEnvironmentVariables().Build();
        try
        {
            using FileStream stream = File.OpenRead(path);
            return builder.AddJsonStream(stream).AddEnvironmentVariables().Build();
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
        {
            throw new RunnelException($"{path} cannot be read: {(e.InnerException ?? e).Message} Correct it, or move it away.", e);
        }
    }
}
