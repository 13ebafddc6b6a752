using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Runnel;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.AddRunnel()                     // REDIS_URL, else redis://localhost:6379
    .AddTaskHandler<Greeting>("greet", (greeting, context, cancellationToken) =>
        Task.FromResult<object?>($"Hello, {greeting.Name}! (attempt {context.Attempt})"))
    .AddWorker(worker => worker.Concurrency = 8);
using IHost host = builder.Build();
await host.StartAsync();

RunnelClient client = host.Services.GetRequiredService<RunnelClient>();
string id = await client.SubmitAsync("greet", new Greeting("world"));
Console.WriteLine(await client.WaitForResultAsync<string>(id, TimeSpan.FromSeconds(10)));
await host.StopAsync();                          // drains: nothing is lost

internal sealed record Greeting(string Name);
