using System.Text.Json;

namespace Runnel.Trading;

/// <summary>Runs tasks of type <c>portfolio</c>: one strategy on several symbols with one account. Nothing is stored beside the task's result: the answer depends
/// on payload and klines alone. Registered by <see cref="TradingBuilderExtensions.AddBacktesting"/>.</summary>
public sealed class PortfolioHandler : ITaskHandler<JsonElement, PortfolioReply>
{
    private readonly KlineLoader loader;
    private readonly KlineDependency klines;

    internal PortfolioHandler(KlineLoader loader, KlineDependency klines) => (this.loader, this.klines) = (loader, klines);

    /// <summary>Runs one attempt.</summary>
    /// <param name="payload">As docs/backtesting/portfolios.md says.</param>
    /// <param name="context">The task.</param>
    /// <param name="cancellationToken">Ends the run within some thousand steps.</param>
    /// <exception cref="PayloadException">The payload is wrong, or there are no klines for a symbol.</exception>
    public async Task<PortfolioReply> HandleAsync(JsonElement payload, TaskContext context, CancellationToken cancellationToken)
    {
        PortfolioPlan plan = PortfolioPlan.Of(payload);
        await klines.EnsureAsync(plan.Needs, context, cancellationToken);
        return (await PortfolioRunner.RunAsync(plan, loader, (fraction, doing) => context.ReportProgressAsync(fraction, doing, cancellationToken), cancellationToken)).Reply;
    }
}
