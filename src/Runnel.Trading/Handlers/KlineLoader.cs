using System.Globalization;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Loads the klines of a payload, and the funding that goes with them; where there are none, the error names the payload's field.</summary>
internal sealed class KlineLoader(MarketSources sources, TradingOptions options)
{
    /// <summary>The klines of a plan, and the plan with the shorter ones and the funding that it asks for.</summary>
    /// <exception cref="PayloadException">No source has any bar of it, or its funding; names the field.</exception>
    /// <exception cref="NonRetryableException">What a source has cannot be read.</exception>
    public async Task<(BacktestPlan Plan, KlineData Data)> LoadAsync(BacktestPlan plan, CancellationToken cancellationToken)
    {
        KlineData data = await LoadAsync(plan.Request, plan.Payload.Funding, cancellationToken);
        plan = plan with { Settings = plan.Settings with { Funding = data.Funding?.Rates } };
        if (plan.FinerRequest is null)
            return (plan, data);
        KlineData finer = await LoadAsync(plan.FinerRequest, "finer_interval", cancellationToken);
        return (plan with { Settings = plan.Settings with { FinerKlines = finer.Klines } }, data);
    }

    /// <summary>The klines of a request, with the funding of the same time if that is asked for.</summary>
    /// <exception cref="PayloadException">No source has any bar of it, or its funding; names the field.</exception>
    /// <exception cref="NonRetryableException">What a source has cannot be read.</exception>
    public async Task<KlineData> LoadAsync(KlineRequest request, bool funding, CancellationToken cancellationToken)
    {
        KlineData data = await LoadAsync(request, "interval", cancellationToken);
        return funding ? data with { Funding = await LoadFundingAsync(FundingNeed.Of(request), cancellationToken) } : data;
    }

    private async Task<FundingData> LoadFundingAsync(FundingNeed need, CancellationToken cancellationToken)
    {
        try
        {
            return await sources.Funding.LoadAsync(need.Request, cancellationToken);
        }
        catch (FundingNotFoundException e)
        {
            throw new PayloadException("funding", $"funding is true. {e.Message} Type, where there is a network: {need.Command}; or bring in a file: "
                + $"runnel data import {need.Request.Series.Symbol} funding FILE; or leave funding out.", e);
        }
        catch (MarketDataException e) when (!e.IsTransient)
        {
            throw new NonRetryableException(e.Message, e);
        }
    }

    private async Task<KlineData> LoadAsync(KlineRequest request, string intervalField, CancellationToken cancellationToken)
    {
        try
        {
            return await sources.Klines.LoadAsync(request, cancellationToken);
        }
        catch (KlinesNotFoundException e)
        {
            (string field, string value) = e.Missing switch
            {
                KlinesMissing.Interval => (intervalField, request.Interval.Name),
                KlinesMissing.Range => ("start_date", request.From.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)),
                _ => ("symbol", request.Symbol),
            };
            throw new PayloadException(field, $"{field} is '{value}'. {e.Message} {KlineSources.Remedy(options, request)}", e);
        }
        catch (MarketDataException e) when (!e.IsTransient)
        {
            throw new NonRetryableException(e.Message, e);
        }
    }
}
