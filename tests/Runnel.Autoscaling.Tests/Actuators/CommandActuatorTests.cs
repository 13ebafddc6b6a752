using Runnel.TestKit;

namespace Runnel.Autoscaling.Tests;

public sealed class CommandActuatorTests(RedisFixture redis)
{
    private readonly string queue = redis.NewQueue();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runs_the_command_with_the_number_and_remembers_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The command is for a Unix shell.");
        await using RunnelClient client = await ConnectAsync();
        string file = Path.GetTempFileName();
        CommandActuator actuator = new($"echo want {{workers}} >> '{file}'", client, TimeSpan.FromSeconds(30));

        int before = await actuator.GetCountAsync(Cancelled);
        await actuator.ScaleToAsync(4, Cancelled);
        int after = await actuator.GetCountAsync(Cancelled);

        Assert.Equal((0, 4), (before, after));
        Assert.Equal("want 4\n", await File.ReadAllTextAsync(file, Cancelled));
        File.Delete(file);
    }

    [Fact]
    public async Task Quotes_a_command_that_failed_and_does_not_take_it_for_done()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The command is for a Unix shell.");
        await using RunnelClient client = await ConnectAsync();
        CommandActuator actuator = new("echo no such service >&2; exit 3", client, TimeSpan.FromSeconds(30));

        ActuatorException error = await Assert.ThrowsAsync<ActuatorException>(() => actuator.ScaleToAsync(4, Cancelled));

        Assert.Contains("exit code 3: no such service", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await actuator.GetCountAsync(Cancelled));
    }

    [Fact]
    public async Task Kills_a_command_that_hangs()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The command is for a Unix shell.");
        await using RunnelClient client = await ConnectAsync();
        CommandActuator actuator = new("exec sleep 1000", client, TimeSpan.FromMilliseconds(100));

        ActuatorException error = await Assert.ThrowsAsync<ActuatorException>(() => actuator.ScaleToAsync(4, Cancelled));

        Assert.Contains("was killed", error.Message, StringComparison.Ordinal);
    }

    private Task<RunnelClient> ConnectAsync() => RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, Cancelled);
}
