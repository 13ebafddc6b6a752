namespace Runnel.Trading;

/// <summary>Submits the strategy tester's tasks with typed payloads. What is wrong with a payload is found by the worker: its task is a dead letter then, and
/// its error names every wrong field.</summary>
public static class TradingClientExtensions
{
    private static readonly SubmitOptions Backtest = new();
    private static readonly SubmitOptions Optimization = new() { MaxRetries = 2, Timeout = TimeSpan.FromSeconds(7200) };

    /// <summary>Submits a backtest.</summary>
    /// <param name="client">A client of a queue whose workers have <see cref="TradingBuilderExtensions.AddBacktesting"/>.</param>
    /// <param name="payload">What to run.</param>
    /// <param name="options">Priority, retries, timeout; null for the usual ones.</param>
    /// <param name="cancellationToken">Stops the wait; the task may have been accepted by then.</param>
    /// <returns>The task's id; its result is a <see cref="BacktestReply"/>.</returns>
    /// <exception cref="RedisUnavailableException">Redis did not answer; the task may or may not have been accepted.</exception>
    public static Task<string> SubmitBacktestAsync(
        this RunnelClient client, BacktestPayload payload, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        client.SubmitAsync("backtest", payload, options ?? Backtest, cancellationToken);

    /// <summary>Submits a portfolio: one strategy on several symbols with one account.</summary>
    /// <param name="client">A client of a queue whose workers have <see cref="TradingBuilderExtensions.AddBacktesting"/>.</param>
    /// <param name="payload">What to run.</param>
    /// <param name="options">Priority, retries, timeout; null for the usual ones.</param>
    /// <param name="cancellationToken">Stops the wait; the task may have been accepted by then.</param>
    /// <returns>The task's id; its result is a <see cref="PortfolioReply"/>.</returns>
    /// <exception cref="RedisUnavailableException">Redis did not answer; the task may or may not have been accepted.</exception>
    public static Task<string> SubmitPortfolioAsync(
        this RunnelClient client, PortfolioPayload payload, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        client.SubmitAsync("portfolio", payload, options ?? Backtest, cancellationToken);

    /// <summary>Submits an optimization of any kind.</summary>
    /// <param name="client">A client of a queue whose workers have <see cref="TradingBuilderExtensions.AddBacktesting"/>.</param>
    /// <param name="payload">What to run.</param>
    /// <param name="options">Priority, retries, timeout of the whole; null for normal, 2 and 7,200 seconds.</param>
    /// <param name="cancellationToken">Stops the wait; the task may have been accepted by then.</param>
    /// <returns>The task's id; its result is an <see cref="OptimizationReply"/>, the detail of its progress an <see cref="OptimizationProgress"/>.</returns>
    /// <exception cref="RedisUnavailableException">Redis did not answer; the task may or may not have been accepted.</exception>
    public static Task<string> SubmitOptimizationAsync(
        this RunnelClient client, OptimizationPayload payload, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        client.SubmitAsync<object>(OptimizationTasks.Type, payload, options ?? Optimization, cancellationToken); // as an object, with the fields of its kind

    /// <summary>Submits a search over every combination of lists of values.</summary>
    /// <param name="client">A client of a queue whose workers have <see cref="TradingBuilderExtensions.AddBacktesting"/>.</param>
    /// <param name="payload">What to run.</param>
    /// <param name="options">Priority, retries, timeout of the whole; null for normal, 2 and 7,200 seconds.</param>
    /// <param name="cancellationToken">Stops the wait; the task may have been accepted by then.</param>
    /// <returns>The task's id; its result is an <see cref="OptimizationReply"/>, the detail of its progress an <see cref="OptimizationProgress"/>.</returns>
    /// <exception cref="RedisUnavailableException">Redis did not answer; the task may or may not have been accepted.</exception>
    public static Task<string> SubmitGridSearchAsync(
        this RunnelClient client, GridSearchPayload payload, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        client.SubmitAsync(OptimizationTasks.Type, payload, options ?? Optimization, cancellationToken);

    /// <summary>Submits a walk-forward optimization.</summary>
    /// <param name="client">A client of a queue whose workers have <see cref="TradingBuilderExtensions.AddBacktesting"/>.</param>
    /// <param name="payload">What to run.</param>
    /// <param name="options">Priority, retries, timeout of the whole; null for normal, 2 and 7,200 seconds.</param>
    /// <param name="cancellationToken">Stops the wait; the task may have been accepted by then.</param>
    /// <returns>The task's id; its result is an <see cref="OptimizationReply"/>, the detail of its progress an <see cref="OptimizationProgress"/>.</returns>
    /// <exception cref="RedisUnavailableException">Redis did not answer; the task may or may not have been accepted.</exception>
    public static Task<string> SubmitWalkForwardAsync(
        this RunnelClient client, WalkForwardPayload payload, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        client.SubmitAsync(OptimizationTasks.Type, payload, options ?? Optimization, cancellationToken);

    /// <summary>Submits a search that learns from its trials.</summary>
    /// <param name="client">A client of a queue whose workers have <see cref="TradingBuilderExtensions.AddBacktesting"/>.</param>
    /// <param name="payload">What to run.</param>
    /// <param name="options">Priority, retries, timeout of the whole; null for normal, 2 and 7,200 seconds.</param>
    /// <param name="cancellationToken">Stops the wait; the task may have been accepted by then.</param>
    /// <returns>The task's id; its result is an <see cref="OptimizationReply"/>, the detail of its progress an <see cref="OptimizationProgress"/>.</returns>
    /// <exception cref="RedisUnavailableException">Redis did not answer; the task may or may not have been accepted.</exception>
    public static Task<string> SubmitBayesianAsync(
        this RunnelClient client, BayesianPayload payload, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        client.SubmitAsync(OptimizationTasks.Type, payload, options ?? Optimization, cancellationToken);
}
