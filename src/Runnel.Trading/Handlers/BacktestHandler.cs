using System.Text.Json;

namespace Runnel.Trading;

/// <summary>Runs tasks of type <c>backtest</c>: checks the payload, loads klines, claims the backtest, runs it and stores what came out.
/// Registered by <see cref="TradingBuilderExtensions.AddBacktesting"/>.</summary>
public sealed class BacktestHandler : ITaskHandler<JsonElement, BacktestReply>
{
    private readonly BacktestRunner runner;
    private readonly KlineDependency klines;

    internal BacktestHandler(BacktestRunner runner, KlineDependency klines) => (this.runner, this.klines) = (runner, klines);

    /// <summary>Runs one attempt.</summary>
    /// <param name="payload">As docs/backtest-payload.md says.</param>
    /// <param name="context">The task; its id and run go into the claim.</param>
    /// <param name="cancellationToken">Ends the run within some thousand bars and hands the claim back.</param>
    /// <exception cref="PayloadException">The payload is wrong, or there are no klines for it; nothing was stored.</exception>
    public Task<BacktestReply> HandleAsync(JsonElement payload, TaskContext context, CancellationToken cancellationToken) =>
        runner.RunAsync(payload, new BacktestAttempt(
            context.Id, context.Run, context.ReportProgressAsync, (needs, token) => klines.EnsureAsync(needs, context, token)), cancellationToken);
}
