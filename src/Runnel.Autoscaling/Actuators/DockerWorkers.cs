namespace Runnel.Autoscaling;

/// <summary>What the containers of a <see cref="DockerActuator"/> run.</summary>
/// <remarks>No record, since those print what they hold, and an environment may hold a password.</remarks>
public sealed class DockerWorkers
{
    /// <summary>The image; has to be on the engine.</summary>
    public required string Image { get; init; }

    /// <summary>Marks the containers as this queue's.</summary>
    public required string Queue { get; init; }

    /// <summary>Arguments for the image's program, such as <c>worker --workers 1</c>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Network that they join; null for the engine's default.</summary>
    public string? Network { get; init; }

    /// <summary>How long the engine waits between SIGTERM and SIGKILL where it stops them itself; more than the drain timeout. Default: 45 seconds.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(45);
}
