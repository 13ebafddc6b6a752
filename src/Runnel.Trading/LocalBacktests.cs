using System.Text.Json;
using Microsoft.Extensions.Options;
using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Runs backtests and portfolios in this process, by the code of the tasks of these names but without a queue, claims or records.
/// May be used from several threads at once.</summary>
public sealed class LocalBacktests : IDisposable
{
    private readonly Lazy<BybitClient> bybit;
    private readonly KlineLoader loader;

    /// <summary>Opens the sources of klines that the options name.</summary>
    /// <param name="options">Those of a worker; what concerns records is not used.</param>
    /// <param name="time">Clock of the exchange's client.</param>
    /// <exception cref="OptionsValidationException">An option makes no sense; names every one.</exception>
    public LocalBacktests(TradingOptions options, TimeProvider time)
    {
        ValidateOptionsResult valid = new TradingOptionsValidator().Validate(null, options);
        if (valid.Failed)
            throw new OptionsValidationException(nameof(TradingOptions), typeof(TradingOptions), valid.Failures);
        bybit = new Lazy<BybitClient>(() => new BybitClient(options.Bybit, time));
        loader = new KlineLoader(MarketSources.Of(options, new KlineStore(options.StorePath, time), new KlineCache(options.CacheBytes), () => bybit.Value, time), options);
    }

    /// <summary>Runs one backtest.</summary>
    /// <param name="payload">As docs/backtest-payload.md says.</param>
    /// <param name="progress">Told the fraction done; null for nobody.</param>
    /// <param name="cancellationToken">Ends the run within some thousand bars.</param>
    /// <exception cref="PayloadException">The payload is wrong, or there are no klines for it.</exception>
    /// <exception cref="NonRetryableException">The klines cannot be read.</exception>
    public async Task<CompletedBacktest> RunAsync(JsonElement payload, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        BacktestPlan plan = BacktestPlan.Of(payload);
        (plan, KlineData data) = await loader.LoadAsync(plan, cancellationToken);
        try
        {
            return CompletedBacktest.Run(plan, data, progress, cancellationToken);
        }
        catch (BacktestInputException e)
        {
            throw new PayloadException(e.Field, e.Message, e);
        }
    }

    /// <summary>Runs one portfolio.</summary>
    /// <param name="payload">As docs/backtesting/portfolios.md says.</param>
    /// <param name="cancellationToken">Ends the run within some thousand steps.</param>
    /// <returns>All that it found; its reply is what a task of type <c>portfolio</c> with this payload gives.</returns>
    /// <exception cref="PayloadException">The payload is wrong, or there are no klines for a symbol.</exception>
    /// <exception cref="NonRetryableException">The klines cannot be read.</exception>
    public Task<CompletedPortfolio> RunPortfolioAsync(JsonElement payload, CancellationToken cancellationToken = default) =>
        PortfolioRunner.RunAsync(PortfolioPlan.Of(payload), loader, (_, _) => Task.CompletedTask, cancellationToken);

    /// <summary>Closes the exchange's client, if one was needed.</summary>
    public void Dispose()
    {
        if (bybit.IsValueCreated)
            bybit.Value.Dispose();
    }
}
