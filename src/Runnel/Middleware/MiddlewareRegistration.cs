namespace Runnel.Middleware;

/// <summary>A middleware in the order of its registration; the factory gets the services of the scope that it is to live in.</summary>
internal sealed record MiddlewareRegistration<T>(Func<IServiceProvider, T> Create);
