using System.Globalization;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Loads the klines of a payload; where there are none, the error names the payload's field.</summary>
internal sealed class KlineLoader(IKlineSource klines, TradingOptions options)
{
    /// <summary>The klines of a plan, and the plan with the shorter ones that it asks for.</summary>
    /// <exception cref="PayloadException">No source has any bar of it; names the field.</exception>
    /// <exception cref="NonRetryableException">What a source has cannot be read.</exception>
    public async Task<(BacktestPlan Plan, KlineData Data)> LoadAsync(BacktestPlan plan, CancellationToken cancellationToken)
    {
        KlineData data = await LoadAsync(plan.Request, cancellationToken);
        if (plan.FinerRequest is null)
            return (plan, data);
        KlineData finer = await LoadAsync(plan.FinerRequest, "finer_interval", cancellationToken);
        return (plan with { Settings = plan.Settings with { FinerKlines = finer.Klines } }, data);
    }

    /// <exception cref="PayloadException">No source has any bar of it; names the field.</exception>
    /// <exception cref="NonRetryableException">What a source has cannot be read.</exception>
    public Task<KlineData> LoadAsync(KlineRequest request, CancellationToken cancellationToken) => LoadAsync(request, "interval", cancellationToken);

    private async Task<KlineData> LoadAsync(KlineRequest request, string intervalField, CancellationToken cancellationToken)
    {
        try
        {
            return await klines.LoadAsync(request, cancellationToken);
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
