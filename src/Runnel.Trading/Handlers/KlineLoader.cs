using System.Globalization;
using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Loads the klines of a payload, and the funding and the instrument that go with them; where there are none, the error names the payload's field.</summary>
internal sealed class KlineLoader(MarketSources sources, TradingOptions options)
{
    /// <summary>The klines of a plan, and the plan with the shorter ones and the funding that it asks for.</summary>
    /// <exception cref="PayloadException">No source has any bar of it, or its funding; names the field.</exception>
    /// <exception cref="NonRetryableException">What a source has cannot be read.</exception>
    public async Task<(BacktestPlan Plan, KlineData Data)> LoadAsync(BacktestPlan plan, CancellationToken cancellationToken)
    {
        KlineData data = await LoadAsync(plan.Request, plan.Payload.Funding, plan.Payload.Instrument, cancellationToken);
        return (plan with { Settings = Complete(plan.Settings, data) with { FinerKlines = await LoadFinerAsync(plan.FinerRequest, cancellationToken) } }, data);
    }

    /// <summary>The shorter bars of a request; null where none are asked for.</summary>
    /// <exception cref="PayloadException">No source has any; names the field.</exception>
    /// <exception cref="NonRetryableException">What a source has cannot be read.</exception>
    public async Task<Klines?> LoadFinerAsync(KlineRequest? request, CancellationToken cancellationToken) =>
        request is null ? null : (await LoadAsync(request, "finer_interval", cancellationToken)).Klines;

    /// <summary>The settings with what was loaded beside the klines.</summary>
    public static BacktestSettings Complete(BacktestSettings settings, KlineData data)
    {
        settings = settings with { Funding = data.Funding?.Rates };
        return data.Instrument is { } instrument
            ? settings with { Tick = instrument.TickSize, Lot = instrument.QuantityStep, MinSize = instrument.MinQuantity, MinNotional = instrument.MinNotional ?? 0 }
            : settings;
    }

    /// <summary>The klines of a request, with the funding of the same time and the instrument if these are asked for.</summary>
    /// <exception cref="PayloadException">No source has any bar of it, or the rest; names the field.</exception>
    /// <exception cref="NonRetryableException">What a source has cannot be read.</exception>
    public async Task<KlineData> LoadAsync(KlineRequest request, bool funding, bool instrument, CancellationToken cancellationToken)
    {
        KlineData data = await LoadAsync(request, "interval", cancellationToken);
        if (funding)
            data = data with { Funding = await LoadFundingAsync(FundingNeed.Of(request), cancellationToken) };
        return instrument ? data with { Instrument = await LoadInstrumentAsync(new InstrumentNeed(request.Category, request.Symbol), cancellationToken) } : data;
    }

    private async Task<BybitInstrument> LoadInstrumentAsync(InstrumentNeed need, CancellationToken cancellationToken)
    {
        try
        {
            return await sources.Instruments.LoadAsync(need.Category, need.Symbol, cancellationToken);
        }
        catch (InstrumentNotFoundException e)
        {
            throw new PayloadException("instrument", $"instrument is true. {e.Message} Type, where there is a network: {need.Command}; or leave instrument out, and give tick, lot, min_size and min_notional.", e);
        }
        catch (MarketDataException e) when (!e.IsTransient)
        {
            throw new NonRetryableException(e.Message, e);
        }
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
