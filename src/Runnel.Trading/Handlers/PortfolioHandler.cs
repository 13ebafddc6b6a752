using System.Text.Json;
using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Runs tasks of type <c>portfolio</c>: one strategy on several symbols with one account. Nothing is stored beside the task's result: the answer depends
/// on payload and klines alone. Registered by <see cref="TradingBuilderExtensions.AddBacktesting"/>.</summary>
public sealed class PortfolioHandler : ITaskHandler<JsonElement, PortfolioReply>
{
    private const double LoadedPart = 0.5; // of the progress

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
        List<KlineData> data = [];
        List<PortfolioMember> members = [];
        foreach (PortfolioSymbol symbol in plan.Symbols)
        {
            await context.ReportProgressAsync(LoadedPart * data.Count / plan.Symbols.Count, $"loading {symbol.Request.Symbol} {symbol.Request.Interval}", cancellationToken);
            data.Add(await loader.LoadAsync(symbol.Request, plan.Funding, instrument: false, cancellationToken));
            members.Add(new PortfolioMember(data[^1].Klines, plan.Strategy) { Share = symbol.Share, Lot = symbol.Lot, Funding = data[^1].Funding?.Rates });
        }

        await context.ReportProgressAsync(LoadedPart, $"{plan.Strategy} on {members.Count} symbols", cancellationToken);
        try
        {
            return PortfolioReply.Of(plan, data, Portfolio.Run(members, plan.Settings, cancellationToken: cancellationToken));
        }
        catch (BacktestInputException e)
        {
            throw new PayloadException(e.Field, e.Message, e);
        }
    }
}
