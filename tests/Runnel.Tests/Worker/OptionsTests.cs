using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Runnel.Tests.Worker;

public sealed class OptionsTests
{
    [Fact]
    public async Task Reports_every_wrong_option_before_the_first_task()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddRunnel(o => (o.Queue, o.RedisUrl) = ("a b", "ftp://x")).AddWorker(o => (o.Concurrency, o.RenewInterval) = (0, TimeSpan.FromSeconds(5)));
        using IHost host = builder.Build();

        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync(TestContext.Current.CancellationToken));
        string all = string.Join(' ', e is AggregateException several ? several.InnerExceptions.Select(i => i.Message) : [e.Message]);

        Assert.Contains("Runnel:Queue is 'a b'", all, StringComparison.Ordinal);
        Assert.Contains("'ftp://'", all, StringComparison.Ordinal);
        Assert.Contains("Runnel:Worker:Concurrency is 0", all, StringComparison.Ordinal);
        Assert.Contains("Runnel:Worker:RenewInterval is 00:00:05", all, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_second_handler_for_a_type_and_a_class_that_handles_nothing()
    {
        HostApplicationBuilder twice = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        twice.Services.AddRunnel().AddTaskHandler("a", (_, _) => Task.FromResult<object?>(null)).AddTaskHandler("a", (_, _) => Task.FromResult<object?>(null));
        HostApplicationBuilder none = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        none.Services.AddRunnel().AddTaskHandler<OptionsTests>("a");

        Assert.Contains("'a' has a handler already", Assert.Throws<ArgumentException>(
            () => twice.Build().Services.GetRequiredService<Runnel.Worker.HandlerRegistry>()).Message, StringComparison.Ordinal);
        Assert.Contains("0 times", Assert.Throws<ArgumentException>(
            () => none.Build().Services.GetRequiredService<Runnel.Worker.HandlerRegistry>()).Message, StringComparison.Ordinal);
    }
}
