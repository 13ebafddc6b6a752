using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Runs a portfolio, for a task and for a person at this machine alike.</summary>
internal static class PortfolioRunner
{
    private const double LoadedPart = 0.5; // of the progress

    /// <param name="plan">What to run.</param>
    /// <param name="loader">Where the klines come from.</param>
    /// <param name="report">Told the fraction done and what is being done.</param>
    /// <param name="cancellationToken">Ends the run within some thousand steps.</param>
    /// <exception cref="PayloadException">There are no klines for a symbol, or the shares do not go together.</exception>
    public static async Task<CompletedPortfolio> RunAsync(PortfolioPlan plan, KlineLoader loader, Func<double, string, Task> report, CancellationToken cancellationToken)
    {
        List<KlineData> data = [];
        List<PortfolioMember> members = [];
        foreach (PortfolioSymbol symbol in plan.Symbols)
        {
            await report(LoadedPart * data.Count / plan.Symbols.Count, $"loading {symbol.Request.Symbol} {symbol.Request.Interval}");
            data.Add(await loader.LoadAsync(symbol.Request, plan.Funding, plan.Instrument, cancellationToken));
            BybitInstrument? instrument = data[^1].Instrument;
            members.Add(new PortfolioMember(data[^1].Klines, plan.Strategy)
            {
                Share = symbol.Share,
                Lot = instrument?.QuantityStep ?? symbol.Lot,
                Tick = instrument?.TickSize,
                MinSize = instrument?.MinQuantity,
                MinNotional = instrument is null ? null : instrument.MinNotional ?? 0,
                Funding = data[^1].Funding?.Rates,
                FinerKlines = await loader.LoadFinerAsync(plan.FinerOf(symbol), cancellationToken),
            });
        }

        await report(LoadedPart, $"{plan.Strategy} on {members.Count} symbols");
        try
        {
            PortfolioResult result = Portfolio.Run(members, plan.Settings, cancellationToken: cancellationToken);
            return new CompletedPortfolio { Settings = plan.Settings, Data = data, Result = result, Reply = PortfolioReply.Of(plan, data, result) };
        }
        catch (BacktestInputException e)
        {
            throw new PayloadException(e.Field, e.Message, e);
        }
    }
}
