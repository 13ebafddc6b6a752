using System.CommandLine;
using Runnel.Autoscaling;
using Runnel.Cli.CommandLine;

namespace Runnel.Cli.Commands;

/// <summary>Where an autoscaler's workers are, if they are no child processes of it.</summary>
internal sealed class ActuatorFlags
{
    private static readonly TimeSpan CommandDeadline = TimeSpan.FromMinutes(2);

    private readonly Option<string?> command = new("--scale-command")
    {
        Description = $"A command for the shell that makes the number of workers come true, with {CommandActuator.Placeholder} in it.",
        HelpName = "COMMAND",
    };

    private readonly Option<string?> image = new("--docker-image") { Description = "Run workers as containers of this image on a Docker Engine.", HelpName = "IMAGE" };
    private readonly Option<string?> engine = new("--docker-host") { Description = "The engine: unix:///PATH, tcp:// or http://. Default: DOCKER_HOST, else unix:///var/run/docker.sock.", HelpName = "URL" };
    private readonly Option<string?> network = new("--docker-network") { Description = "Network for the containers. Default: the engine's.", HelpName = "NAME" };
    private readonly Option<string?> deployment = new("--kubernetes-deployment") { Description = "Scale this Deployment.", HelpName = "NAME" };
    private readonly Option<string?> space = new("--kubernetes-namespace") { Description = "Its namespace. Default: this pod's own, else default.", HelpName = "NAME" };
    private readonly Option<string?> api = new("--kubernetes-url") { Description = "An API server that wants no login, such as that of kubectl proxy. Default: that of this pod's cluster.", HelpName = "URL" };

    public void AddTo(Command to)
    {
        foreach (Option<string?> option in new[] { command, image, engine, network, deployment, space, api })
            to.Add(option);
        command.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !result.Tokens[0].Value.Contains(CommandActuator.Placeholder, StringComparison.Ordinal))
                result.AddError($"--scale-command is '{result.Tokens[0].Value}'; give one with {CommandActuator.Placeholder} where the number goes.");
        });
        to.Validators.Add(result =>
        {
            Option<string?>[] given = [.. new[] { command, image, deployment }.Where(option => result.GetResult(option) is { Implicit: false })];
            if (given.Length > 1)
                result.AddError($"{string.Join(" and ", given.Select(option => option.Name))} exclude each other; give one.");
        });
    }

    /// <summary>Null for child processes.</summary>
    /// <exception cref="RunnelException">An address is wrong, or this is no pod.</exception>
    public IWorkerActuator? Create(ParseResult parsed, QueueSession session, IEnumerable<string> workerFlags, IReadOnlyList<string> types)
    {
        if (parsed.GetValue(command) is { } template)
            return new CommandActuator(template, session.Client, CommandDeadline) { Types = types };
        if (parsed.GetValue(deployment) is { } name)
            return KubernetesActuator.Connect(parsed.GetValue(api) is { } url ? Address(api.Name, url) : null, parsed.GetValue(space), name);
        if (parsed.GetValue(image) is not { } wanted)
            return null;
        string host = session.Settings.Text(parsed.GetValue(engine), "DOCKER_HOST", "Runnel:DockerHost") ?? "unix:///var/run/docker.sock";
        return DockerActuator.Connect(Address(engine.Name, host), new DockerWorkers
        {
            Image = wanted,
            Queue = session.Settings.Stream,
            Arguments = ["worker", "--workers", "1", "--stream", session.Settings.Stream, "--group", session.Settings.Group, .. workerFlags],
            Environment = new Dictionary<string, string> { ["REDIS_URL"] = session.RedisUrl },
            Network = parsed.GetValue(network),
        });
    }

    private static Uri Address(string option, string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
        ? address
        : throw new RunnelException($"{option} is '{text}'; give an address such as http://127.0.0.1:8001.");
}
