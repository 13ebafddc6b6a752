using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Runnel.Middleware;
using Runnel.Scheduling;
using Runnel.Worker;

namespace Runnel;

/// <summary>Adds handlers and a worker to a host that has Runnel.</summary>
public sealed class RunnelBuilder
{
    internal RunnelBuilder(IServiceCollection services) => Services = services;

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Registers a handler class for a task type; it gets its dependencies from a scope of each attempt.</summary>
    /// <typeparam name="THandler">Implements <see cref="ITaskHandler{TPayload,TResult}"/> once.</typeparam>
    /// <param name="type">The task type, 1 to 200 characters without blanks; one type has one handler.</param>
    /// <param name="configure">How tasks of this type are retried; null for the defaults.</param>
    /// <exception cref="ArgumentException">At the host's start: the type has a handler already, or the class implements no or several contracts.</exception>
    public RunnelBuilder AddTaskHandler<THandler>(string type, Action<TaskHandlerOptions>? configure = null)
        where THandler : class
    {
        Services.TryAddScoped<THandler>();
        return AddRegistration(registry => registry.Add(type, typeof(THandler), OptionsOf(configure)));
    }

    /// <summary>Registers a delegate for a task type. What it returns is stored as JSON.</summary>
    /// <param name="type">The task type; one type has one handler.</param>
    /// <param name="handler">Called for each attempt, from several threads at once.</param>
    /// <param name="configure">How tasks of this type are retried; null for the defaults.</param>
    public RunnelBuilder AddTaskHandler(
        string type, Func<TaskContext, CancellationToken, Task<object?>> handler, Action<TaskHandlerOptions>? configure = null) =>
        AddRegistration(registry => registry.Add(type, handler, OptionsOf(configure)));

    /// <summary>Registers a delegate with a typed payload for a task type. What it returns is stored as JSON.</summary>
    /// <typeparam name="TPayload">What the payload is read as; JSON that does not fit makes the task a dead letter at once.</typeparam>
    /// <param name="type">The task type; one type has one handler.</param>
    /// <param name="handler">Called for each attempt, from several threads at once.</param>
    /// <param name="configure">How tasks of this type are retried; null for the defaults.</param>
    public RunnelBuilder AddTaskHandler<TPayload>(
        string type, Func<TPayload, TaskContext, CancellationToken, Task<object?>> handler, Action<TaskHandlerOptions>? configure = null) =>
        AddTaskHandler(type, (context, cancellationToken) => handler(context.GetPayload<TPayload>()!, context, cancellationToken), configure);

    /// <summary>Runs a worker in this host. It drains when the host stops, whose ShutdownTimeout is raised to leave room for that.</summary>
    /// <param name="configure">Changes the options bound from "Runnel:Worker".</param>
    public RunnelBuilder AddWorker(Action<WorkerOptions>? configure = null)
    {
        OptionsBuilder<WorkerOptions> options = Services.AddOptions<WorkerOptions>().BindConfiguration("Runnel:Worker").ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WorkerOptions>, WorkerOptionsValidator>());
        Services.AddHostedService<WorkerService>();
        return this;
    }

    /// <summary>Adds a schedule, or brings it up to date, each time a worker of this host starts. One that somebody paused stays paused;
    /// fire times that came while no worker ran stay due. A schedule taken out of the code stays in Redis until it is removed.</summary>
    /// <exception cref="PayloadException">A field is wrong.</exception>
    public RunnelBuilder AddSchedule(Schedule schedule)
    {
        schedule.Validate();
        Services.AddSingleton(new ScheduleRegistration(schedule));
        return this;
    }

    /// <summary>Has a class see, change or answer each submission of this host's <see cref="RunnelClient"/>, the first registered outermost: tasks by
    /// themselves, in chains and after batches; members of a batch and tasks of schedules are submitted in bulk and pass none.</summary>
    /// <typeparam name="T">Made once for the host, with what it needs from its services.</typeparam>
    public RunnelBuilder AddSubmitMiddleware<T>()
        where T : class, ISubmitMiddleware
    {
        Services.TryAddSingleton<T>();
        Services.AddSingleton(new MiddlewareRegistration<ISubmitMiddleware>(services => services.GetRequiredService<T>()));
        return this;
    }

    /// <summary>The same for a delegate; see <see cref="ISubmitMiddleware.SubmitAsync"/>.</summary>
    public RunnelBuilder AddSubmitMiddleware(Func<SubmitContext, Func<Task<string>>, CancellationToken, Task<string>> middleware)
    {
        DelegateSubmitMiddleware wrapped = new(middleware);
        Services.AddSingleton(new MiddlewareRegistration<ISubmitMiddleware>(_ => wrapped));
        return this;
    }

    /// <summary>Has a class see, change or answer each attempt of this host's worker, the first registered outermost. An exception of a handler
    /// passes through it, and one of its own ends the attempt in the handler's place.</summary>
    /// <typeparam name="T">Made for each attempt in a scope that lasts as long as the attempt.</typeparam>
    public RunnelBuilder AddExecuteMiddleware<T>()
        where T : class, IExecuteMiddleware
    {
        Services.TryAddScoped<T>();
        Services.AddSingleton(new MiddlewareRegistration<IExecuteMiddleware>(services => services.GetRequiredService<T>()));
        return this;
    }

    /// <summary>The same for a delegate; see <see cref="IExecuteMiddleware.ExecuteAsync"/>.</summary>
    public RunnelBuilder AddExecuteMiddleware(
        Func<TaskContext, Func<Task<ReadOnlyMemory<byte>>>, CancellationToken, Task<ReadOnlyMemory<byte>>> middleware)
    {
        DelegateExecuteMiddleware wrapped = new(middleware);
        Services.AddSingleton(new MiddlewareRegistration<IExecuteMiddleware>(_ => wrapped));
        return this;
    }

    private static TaskHandlerOptions OptionsOf(Action<TaskHandlerOptions>? configure)
    {
        TaskHandlerOptions options = new();
        configure?.Invoke(options);
        return options;
    }

    private RunnelBuilder AddRegistration(Action<HandlerRegistry> register)
    {
        Services.AddSingleton(new HandlerRegistration(register));
        return this;
    }
}
