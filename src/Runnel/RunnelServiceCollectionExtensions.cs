using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Runnel.Middleware;
using Runnel.Worker;

namespace Runnel;

/// <summary>Adds Runnel to a host.</summary>
public static class RunnelServiceCollectionExtensions
{
    /// <summary>Adds a <see cref="RunnelClient"/> and what handlers and workers need; go on with the returned builder.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Changes the options bound from "Runnel".</param>
    public static RunnelBuilder AddRunnel(this IServiceCollection services, Action<RunnelOptions>? configure = null)
    {
        OptionsBuilder<RunnelOptions> options = services.AddOptions<RunnelOptions>().BindConfiguration("Runnel").ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RunnelOptions>, RunnelOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RunnelMetrics>();
        services.TryAddSingleton<RunnelConnector>();
        services.TryAddSingleton(provider => new RunnelClient(
            provider.GetRequiredService<RunnelConnector>(), provider.GetRequiredService<RunnelMetrics>(), provider.GetRequiredService<TimeProvider>(), ownsConnector: false)
        {
            Middleware = new SubmitPipeline([.. provider.GetServices<MiddlewareRegistration<ISubmitMiddleware>>().Select(m => m.Create(provider))]),
        });
        services.TryAddSingleton(provider =>
        {
            HandlerRegistry registry = new(
                provider.GetRequiredService<IOptions<RunnelOptions>>().Value.Json, [.. provider.GetServices<MiddlewareRegistration<IExecuteMiddleware>>()]);
            foreach (HandlerRegistration registration in provider.GetServices<HandlerRegistration>())
                registration.Apply(registry);
            return registry;
        });
        return new RunnelBuilder(services);
    }
}
