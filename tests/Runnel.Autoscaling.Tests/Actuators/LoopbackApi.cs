using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Runnel.Autoscaling.Tests;

/// <summary>A web server on a free loopback port that speaks a part of a documented API.</summary>
internal sealed class LoopbackApi : IAsyncDisposable
{
    private readonly WebApplication app;

    private LoopbackApi(WebApplication app) => this.app = app;

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<LoopbackApi> StartAsync(Action<WebApplication> map)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        WebApplication app = builder.Build();
        app.UseRouting();
        map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new LoopbackApi(app);
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
